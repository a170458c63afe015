// Package eaadhaar reads and verifies the signed XML of DigiLocker: e-Aadhaar,
// PAN and driving licence, and UIDAI's offline e-KYC ("paperless") file.
//
// # Three answers, never two
//
// [Verifier.Verify] answers [Verified], [Failed] or [NotChecked]. The last one
// is the answer of a Verifier without anchors, and it is an error like any
// other: [Result.Document] hands out fields only when the status is Verified.
// Whoever wants the fields of a document that nobody vouches for has to say so,
// with [ReadUnverified].
//
// # Trust
//
// The certificate inside a document proves nothing: anybody can embed one.
// Trust comes from [Anchor] values, the signer certificates that the operator
// pinned. The package ships none. DigiLocker signs with the certificate of its
// operator (NeGD, Digital India Corporation), not with UIDAI's; UIDAI signs only
// the offline file. Pin the signer itself: no chain is built, no revocation list
// is asked, no network is used. To stop trusting a signer, remove its anchor.
//
// A signer certificate lasts two to three years and a stored document longer,
// so its validity is judged at the time of signing: KycRes/@ts for e-Aadhaar,
// the timestamp in referenceId for the offline file, and for PAN and licence,
// which carry none, the time the caller gives. A time from inside the document
// is used only after its signature verified with a pinned key.
//
// # What is checked before the signature
//
// Size, encoding and form first: no DOCTYPE, comment, processing instruction,
// second root, duplicate attribute, duplicate ID; one enveloped Signature below
// the root, with one Reference of URI "" and the enveloped transform alone, and
// nothing in it that the observed signers do not write. Then the algorithms, by
// [Profile]. The received bytes are what was signed: a document that somebody
// parsed and wrote again cannot be verified.
//
// Three kinds of genuine documents, none of them observed, are refused: with a
// comment or a processing instruction, with white space inside DigestValue, and
// with xml:lang or its like on the root under an inclusively canonicalized
// SignedInfo.
//
// # Personal data
//
// What a document says about a person is in the types of package kyc, and
// [Document.Record] gives it in kyc's form, as a provider would. These types print
// as "[hidden]" under fmt, log/slog, encoding/json and the like; a method whose
// name says so (Reveal, ISO, Bytes, ...) gives the value. Plain are only times,
// kinds and types, and a certificate's status, title and language. A [Result]
// prints as its status. No error of this package carries text of a document.
//
// A test with testify's assert.Equal, go-cmp or go-spew can print a document all the
// same: [example.com/digilocker/adapters/kyc] says what to write instead.
//
// Sources: DigiLocker Requester specification v1.12 and v2.3 (which do not print
// the XML), the DigiLocker XML format pages of docs.apisetu.gov.in, UIDAI's
// offline e-KYC pages, W3C XML Signature 1.1, and observed documents of 2022 to
// 2026.
package eaadhaar
