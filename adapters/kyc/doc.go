// Package kyc is one interface to DigiLocker KYC, whoever provides it: the
// journey (Start, Status, Fetch), what a document says, and errors that say
// what to do.
//
// # What to do about an error
//
// A refusal is an [*Error]. Its kind is an [Err]; test it with [errors.Is] or
// switch over [KindOf]. [Final] tells an answer about the user from a fault,
// [Outage] tells a fault that passes or that another provider does not share.
// What a provider cannot do at all is [errors.ErrUnsupported], which [Unsupported] tells.
//
// # Waiting and repeating
//
// Calls are billed and Start is not repeatable, so no provider repeats a call.
// [WaitFetch] waits for a document, within a budget, and [Wait] for a state; [Complete]
// reads what the user's return adds. Package repeat wraps a provider to repeat what may be
// repeated, package observe to tell of each call; [As] and [Capabilities] find in a wrapper
// what the wrapped one can do.
//
// Some providers hand a document out once in a journey: [OnceFetcher] tells which. Nothing here asks again for one that
// may be gone; [Error].Spent says of an error that it may be.
//
// # Journeys whose code the caller exchanges
//
// Most providers keep a journey for their callers. An [Exchanger] does not: its Start may make no call, the user's
// return brings a code, and the caller holds what a reseller of DigiLocker would. [Complete] exchanges the code; for
// a journey of any other provider it reads the return and makes no call, so that one program serves both:
//
//	consent, err := provider.Start(ctx, request)        // store consent.Ref in the user's session
//	said, err := kyc.Complete(ctx, provider, ref, back) // at the return; store said.Ref in its place
//	record, err := provider.Fetch(ctx, said.Ref, doc)
//
// Until then nothing changes at the Ref of Start but that it runs out: waiting with it does not help, and WaitFetch and
// Wait end at once, with an ErrPending that says so.
//
// The Ref carries what has to be kept, sealed with the caller's own keys (authenticated encryption), so that it
// needs no store and may stand in a cookie:
//
//   - from Start: the state and the redirect URI, by which the return is known to be this journey's, and the
//     code verifier (PKCE), without which the code is of no use;
//   - from Complete: the access token and, if there is one, the refresh token; how long they and the consent
//     last; which documents the user granted. The code and the verifier are gone;
//   - from [Refresher]: the same, with new tokens.
//
// What somebody can do who has one of these, and none of the keys:
//
//   - The Ref: nothing with it, neither read nor change it. Handed to the caller's own server it stands for its
//     user, as a session cookie does: keep it where the session is, HttpOnly, Secure and SameSite=Lax, since
//     the user returns from another site. An older Ref of the journey opens what it did until the tokens end.
//   - The return URL: see code and state. The code is of no use without the verifier in the Ref and the client
//     secret. In another user's session it is refused, as that session's Ref has another state: nobody is
//     signed in as somebody else by following a link.
//   - The return URL of a journey that he began himself: everything that its user shared. He sends the user to his
//     own Consent's URL and opens the return in his own session, whose Ref has that state. See below.
//   - The log: nothing, as neither Ref nor URL nor token is logged by anything here, and no error has one. A Ref is
//     plain text, though: a program that prints a [Consent] or a [Return] prints its Ref as it is, which is what
//     somebody who has the Ref has. Log neither. What logs the caller's requests sees code and state: keep the
//     return's query out of it.
//   - The database in which Refs are stored: what whoever has the Ref can do. With the keys besides, the
//     documents of all users whose tokens have not ended: keep the keys elsewhere.
//   - The keys and a Ref: everything. To change them, put a new key behind the old ones on every machine, then in
//     front on every machine, and drop the old ones once the journeys that they sealed have ended.
//
// No state and no verifier tells who sits before the consent page: they only tie the return to the session that began.
// Against somebody who has another consent to a journey of his, the caller has this:
//
//   - Call Start only in the session of the user who is to consent, when he asks for it, and send him to the URL at
//     once: hand it over in no mail and no message, and show it on no page.
//   - Show beforehand who asks for what and for which account of his, and have the purpose on the consent page, so that
//     whoever did not begin the journey sees that it is not his.
//   - Keep the Ref in a cookie of the browser that began, HttpOnly, and take a return only with it: the user who was
//     sent by somebody else comes back in his own browser, without that cookie, and the code is not exchanged. Show
//     no such return's address again, load nothing from elsewhere on that page, and have its Referrer-Policy be
//     no-referrer, as the address is all that the other one lacks.
//   - Compare who the documents are about with who the session's user is known to be.
//
// Nothing here remembers which code came before. Where two calls bring one code, the provider lets one of them
// through, and the other is [ErrDuplicate]: see Complete.
//
// # Signed files
//
// A Record is a provider's word. Behind most there is a file that DigiLocker or an issuer signed: package signedfile
// verifies it and compares the two, by [Compare], which names the members that differ. An adapter's Options.Verify
// does so at each Fetch, and fails it with [ErrUnverified].
//
// # Personal data and secrets
//
// What a provider says about a person, and every secret, is held by a type that
// prints as a mask under every verb of [fmt], in [log/slog], in JSON, XML, gob and CBOR,
// and in Gomega's messages:
// [Private], [Masked], [Date], [Gender], [Photo], [Raw]. The mask holds inside
// structs, exported fields or not. A method whose name says so (Reveal, ISO,
// Bytes, ...) gives the value; calling it is the moment to think about where
// the value goes. Masked values cannot be read back from JSON: that is an
// error, so that no mask is ever stored as a name.
//
// # In your own tests
//
// Compare whole records by [Compare], whose answer names the members that differ and holds no
// value, so that any library may print it:
//
//	Expect(kyc.Compare(got, want).Differences(0)).To(BeEmpty())
//
// What reads a value by reflection and follows its pointers sees what is behind the
// mask, as a debugger does. Before a test prints a real person:
//
// Gomega shows the mask. Where the value is in an unexported field of a type of yours, it
// shows the value: give that type a GomegaString. BeComparableTo is go-cmp, see below. What
// Reveal returns is plain text, which any assertion on it prints, HaveField's too.
//
// testify (v1.12) shows masks for what it expected and got, but the values in the Diff beneath,
// for which it calls no method. Equal, EqualValues and Exactly have such a Diff, and
// ElementsMatch lists what differs in the same way. The messages of True, Nil, Empty, Len,
// Contains, NotEqual, ErrorIs and NoError show no value. EqualExportedValues takes any two
// masked values for equal. Write
//
//	assert.True(t, assert.ObjectsAreEqual(want, got), "the person")
//	assert.True(t, want.Name.Reveal() == got.Name.Reveal(), "the name") // Equal prints both
//
// go-cmp (v0.7) panics at a masked value. Give it a Comparer for each type that is compared, of
// Reveal (Private, Masked), ISO (Date), Raw (Gender) and Bytes (Photo, Raw), and print no
// difference, since cmp.Diff looks
// behind the mask where two masks are alike; with an Exporter or AllowUnexported it does too:
//
//	cmp.Equal(a, b, cmp.Comparer(func(a, b kyc.Private) bool { return a.Reveal() == b.Reveal() }))
//
// go-spew (v1.1) shows a mask unless it is told to call no method (DisableMethods).
package kyc
