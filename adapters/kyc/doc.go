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
