/** Object identifiers as the hexadecimal of their DER contents, with the document that assigns them. */

export const OID_ED25519 = '2b6570' // RFC 8410
export const OID_EC = '2a8648ce3d0201' // RFC 5480
export const OID_P256 = '2a8648ce3d030107'
export const OID_P384 = '2b81040022'
export const OID_RSA = '2a864886f70d010101' // RFC 8017
export const OID_RSA_PSS = '2a864886f70d01010a'
export const OID_MGF1 = '2a864886f70d010108'
export const OID_SHA256 = '608648016503040201'
export const OID_SHA384 = '608648016503040202'
export const OID_SHA512 = '608648016503040203'
export const OID_PBES2 = '2a864886f70d01050d' // RFC 8018
export const OID_PBKDF2 = '2a864886f70d01050c'
export const OID_SCRYPT = '2b06010401da47040b' // RFC 7914
export const OID_HMAC_SHA256 = '2a864886f70d0209'
export const OID_AES256_CBC = '60864801650304012a'
