// Package authpartner does DigiLocker KYC at DigiLocker itself, as its partners do: the user consents by OAuth 2.0 with
// PKCE, and each document is the signed file, and nothing else.
//
//	provider, err := authpartner.New(authpartner.Production, creds, authpartner.Options{Keys: []authpartner.Key{key}})
//	consent, err := provider.Start(ctx, request)        // the user goes to consent.URL
//	said, err := kyc.Complete(ctx, provider, ref, back) // and is back: store said.Ref in place of ref
//	record, err := provider.Fetch(ctx, said.Ref, kyc.Aadhaar)
//
// # What a Ref is
//
// DigiLocker keeps no journey that could be asked for: Start and Status make no call, and what is kept between the
// calls is in the Ref. It is sealed with AES-256-GCM, by a subkey (HKDF) of the first of Options.Keys, whose id stands
// in front; it is bound to the client's id and to Options.BoundTo, by default the base URL. It is base64 of the URL
// alphabet, MaxRef characters at most, and may stand in a cookie. A Ref of another kind, one that was changed, and one
// whose key is not there any more are ErrInvalid, with "Ref" as Member.
//
// Start seals the state, the code verifier, the redirect URI, what was asked for and when. Exchange drops the verifier
// and the redirect URI, and adds the tokens, when they and the consent end, and which of kyc's documents the scope
// names. The scope itself is not kept: it has numbers of documents in it. Each seal makes another Ref: SameJourney
// tells by the state which are of one journey.
//
// Store the newest Ref, and revoke by it: that of Exchange, and from then on that of the last Refresh. An older one has
// tokens that were replaced. Printed by itself or in a Consent or a Return, a Ref shows as it is, sealed: keep it out
// of logs all the same, as it stands for its user where it is brought to the caller's server.
//
// # The two token operations
//
// Version 1, the default, says what the account says of the user, and gives a refresh token. Version 2
// (TokenPathOpenID) gives an id_token instead, for an Options.Scope with "openid": it is handed over in
// kyc.Return.IDToken, as it came. Nobody published where its keys are: verify it with a library that is given
// them, such as github.com/coreos/go-oidc/v3 (tried with 3.21), and give that the key set that DigiLocker gave you:
//
//	keys := &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{theirKey}}
//	verifier := oidc.NewVerifier("https://api.digitallocker.gov.in", keys, &oidc.Config{ClientID: clientID})
//	token, err := verifier.Verify(ctx, said.IDToken.Reveal())
//
// Its issuer is not the server that was called. It has no nonce: what ties it to the journey is that it came over TLS
// in the answer to this journey's code, which the verifier of the journey belongs to.
//
// # Files
//
// A file comes with a sum over it, keyed with the client's secret (hmac). Where it is there, it is compared before
// anything of the file is read, with the bytes as they came and, where they came packed, with what they unpack to. A
// wrong one is kyc.ErrUnverified with "hmac" as Member, whatever the file is. It says that the file is DigiLocker's;
// who signed the document is for Options.Verify to see.
//
// Neither says whose file it is: the sum is over the content alone, and not over the user's token or the URI, so that
// between here and DigiLocker, in a cache that mixes answers up, one person's signed file can take another's place. So
// compare the person of each opened record with the account's user, by [kyc.ComparePersons] of Record.Person and
// Consent.User, which the exchange and ReadUser bring, and records of one journey with each other.
//
// # Who can do what, point by point
//
// oauth.md beside this file goes through RFC 7636, section 10 of RFC 6749 and RFC 9700, with the specs that show it.
//
// Source: the specifications that specs/authpartner lists; what contradicts what in them is numbered, DL-D1 to DL-D52,
// in contract/provider/authpartner/differences.yaml.
package authpartner
