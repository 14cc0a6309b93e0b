// What signs a request to AWS, and nothing that sends it.
import { sigv4, sigv4Key } from 'countersign/sigv4'

console.log(sigv4, sigv4Key)
