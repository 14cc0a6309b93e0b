// The package of that name, which stands in for Node's where there is none: it is installed beside this suite alone.
declare module 'buffer/' {
  export { Buffer } from 'node:buffer'
}
