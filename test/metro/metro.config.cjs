// As a project of React Native has it.
const { getDefaultConfig } = require('@react-native/metro-config')

module.exports = getDefaultConfig(__dirname)
