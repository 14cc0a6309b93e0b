export declare const RSA_KEY: string
export declare const OTHER_RSA_KEY: string
export declare const EC_KEY: string
export declare const ED25519_KEY: string
