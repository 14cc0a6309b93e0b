/**
 * Signatures printed in draft-ietf-webbotauth-httpsig-protocol-00 ("Test Vectors") and in the earlier
 * draft-meunier-web-bot-auth-architecture: protocol facts, over https://example.com/path/to/resource.
 */
export const ED25519_KEYID = 'poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U'
export const RSA_KEYID = 'oD0HwocPBSfpNy5W3bpJeyFGY_IQ_YpqxSjQ3Yd-CLA'
export const CREATED = 1_735_689_600

/** One signed request of the drafts. */
export interface DraftVector {
  readonly name: string
  readonly keyid: string
  readonly agent: string
  readonly input: string
  readonly signature: string
}

const input = (keyid: string, alg: string, list: string, expires: number, nonce: string): string =>
  `sig2=(${list});created=${CREATED};keyid="${keyid}";alg="${alg}";expires=${expires};nonce="${nonce}";tag="web-bot-auth"`

const MEMBER = '"@authority" "signature-agent";key="agent2"'

export const DRAFT_VECTORS: readonly DraftVector[] = [
  {
    name: 'a dictionary member, ed25519',
    keyid: ED25519_KEYID,
    agent: 'agent2="https://signature-agent.test"',
    input: input(
      ED25519_KEYID,
      'ed25519',
      MEMBER,
      4_889_289_600,
      'n9p433xm+NJ3ph3upfBIGmsuwHw387YV7Q/F+6BSpGCVjYCqQw6rznNA8PVVLySrAWsv0hQtFioQb6E1YsauiA==',
    ),
    signature: 'RdNFx5Bj6au3YgAMQL/RzmUlZE8QZLIaXGRpw985hWnwPfMxT228NMk6ehRS1PSl4e8PhbNZACSanGdhEwYCCg==',
  },
  {
    name: 'a dictionary member, rsa-pss-sha512',
    keyid: RSA_KEYID,
    agent: 'agent2="https://signature-agent.test"',
    input: input(
      RSA_KEYID,
      'rsa-pss-sha512',
      MEMBER,
      4_889_289_600,
      'wcfPQPh7SzkvrIVvhD00vNk9PkxJNY2NVbYl2PVBB4zmUoluSwE7W6bPtF60QA3k8g06FU7PPCD+J58YofY1zg==',
    ),
    signature:
      'gHzpLNeHaHIO19NaJH9YMW5dcVSi2s0wOMBr6p18vcofS106sfC4KBIS0/szPlBBd1vIcyQ88B6CTEWIhRAiVrb9zfX0mx1aG12CSGWcYkSirHeyTxhbuJvXd27ed6skWoy4PjXItq38936ivUQjfdIwXh1aX6HxkAC3vRnEdSNfntkLWeEuIQ5BLIOBGE39fSwg27Qjq6OVWYas/9/aFUr3HA34MXWYdp+//cvlEKDp3kRoLOw9ro0AOr6srHrTeEtxon2afcws1aZVSlPdd2fZSEIGmw9HAHLDCEkFTERu1gH2k/zIEqgy7CAYXI9E5slog0cLg/Vc6+f8gih33g==',
  },
  {
    name: 'the older bare string, ed25519',
    keyid: ED25519_KEYID,
    agent: '"https://signature-agent.test"',
    input: input(
      ED25519_KEYID,
      'ed25519',
      '"@authority" "signature-agent"',
      1_735_693_200,
      'e8N7S2MFd/qrd6T2R3tdfAuuANngKI7LFtKYI/vowzk4lAZYadIX6wW25MwG7DCT9RUKAJ0qVkU0mEeLElW1qg==',
    ),
    signature: 'jdq0SqOwHdyHr9+r5jw3iYZH6aNGKijYp/EstF4RQTQdi5N5YYKrD+mCT1HA1nZDsi6nJKuHxUi/5Syp3rLWBA==',
  },
]

/**
 * Signatures of cloudflare/web-bot-auth (`web_bot_auth_architecture_v2.json`, read 2026-11-29) that name no agent: over the authority
 * alone, under the label `sig1`. Its other two are those of the drafts.
 */
export const WITHOUT_AGENT: ReadonlyArray<Pick<DraftVector, 'name' | 'keyid' | 'input' | 'signature'>> = [
  {
    name: 'rsa-pss-sha512',
    keyid: RSA_KEYID,
    input: input(
      RSA_KEYID,
      'rsa-pss-sha512',
      '"@authority"',
      4_889_289_600,
      'JojDFWJ90jf+gZhdKeTyJYsu1XvNPZSFAGhvYq5SuV3gneOEUAhq+xl792WGuD1W+Dr6NRmx+m+t06NsYnL4iA==',
    ).replace('sig2', 'sig1'),
    signature:
      'hWPaj85MWQiRkzU4jnIKvdPQiDfMCPIoxOP8nZveNc3aFQ7r/UmXWCwGNImw588iRvTFey5TR3fVEgnXpcttlyK+u5pN831z9Wlr+IMNfub4uEM3SuO+SKFygJZyLG0pf7OAiRcU4C0gyx1BS/+z9ydQTRzDLr88wCkBBRqwGRrSi8HTwxkqg1jugobh93hcnU6gV8MK1n+VnhRprIgl2RQSO6q5cfbB4OS8C4t/8ndW0lYmP2SWzKZJXnpX5Wrj17PuLqnVW6MO8pJnLAMXNvxUdx32KHeq/cHFrzZazZsua3UOoP+k+niHwoQ8bBWj1Vi4mM1mYJK+fk366cCLsQ==',
  },
  {
    name: 'ed25519',
    keyid: ED25519_KEYID,
    input: input(
      ED25519_KEYID,
      'ed25519',
      '"@authority"',
      4_889_289_600,
      'zIW8+cdmA3vdYagbxojpONwa/l0EKJ/O3/wD486VvsQjO/RxPaSt6ZxvQaMcQzNnqKN/mQ6hpGiFro2L2qkz5A==',
    ).replace('sig2', 'sig1'),
    signature: 'QKN4fTdIYfh82fvoZCQiQA1weuozfCS/Led2zTMbewMMqH8PI2Wsy/5c4ao6B6D09nraNQdBNOADg8aM1MqfCg==',
  },
]

/** The signed answer of a key directory. */
export const DIRECTORY_VECTOR = {
  body: `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"${ED25519_KEYID}","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs","use":"sig"}]}`,
  digest: 'sha-256=:CADMT2aBdV/rqQr/NIru64ERQkCobVvllA4V0fLFDu0=:',
  params: `("@authority";req "content-digest");created=${CREATED};expires=4889289600;keyid="${ED25519_KEYID}";tag="http-message-signatures-directory"`,
  signature: 'l6P8R67tm3kujAxbHWio7ll01qrEZ0dKD/WWlGhNYEmTnFZM8Wt0VQ9zqGfvo7T/UMkBxsigzChM1Gpz7gOVBg==',
} as const
