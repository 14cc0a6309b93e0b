// The key from the environment, and what it signs.
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(...) (fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), exit(1))

/* The signature of a text with the key that the environment names; its length. */
static inline size_t sign(const char *base, size_t length, unsigned char out[64]) {
  const char *file = getenv("SIGNING_KEY_FILE"), *secret = getenv("SIGNING_SECRET");
  size_t size = 64;
  if (!file) {
    if (!secret) FAIL("SIGNING_SECRET or SIGNING_KEY_FILE must be set");
    unsigned int made = 0;
    if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)base, length, out, &made))
      FAIL("HMAC failed");
    return made;
  }
  FILE *pem = fopen(file, "r");
  char *password = getenv("SIGNING_KEY_PASSWORD");
  // "" where there is none: for NULL, OpenSSL would ask on the terminal.
  EVP_PKEY *key = pem ? PEM_read_PrivateKey(pem, NULL, NULL, password ? password : "") : NULL;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (!key || EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1 ||
      EVP_DigestSign(context, out, &size, (const unsigned char *)base, length) != 1)
    FAIL("%s holds no Ed25519 key in PKCS #8, or SIGNING_KEY_PASSWORD does not open it", file);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  fclose(pem);
  return size;
}
