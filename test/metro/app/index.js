// What an application of React Native imports first.
import 'react-native-get-random-values'
import 'react-native-url-polyfill/auto'
import './program'
