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
// Trust comes from [Anchor] values, the signers that the operator pinned. The
// package ships none. DigiLocker signs with the certificate of its
// operator (NeGD, Digital India Corporation), not with UIDAI's; UIDAI signs only
// the offline file. Pin the signer itself: no chain is built, no revocation list
// is asked, no network is used. To stop trusting a signer, remove its anchor, or
// give it an Until. An anchor may be bound to kinds of document.
// [Options.Authorities] believes, instead, whoever has a certificate in the
// signer's name below a root, so that a renewal under a new key is no outage. A key
// that it shall no longer believe is pinned, with an Until.
//
// A signer certificate lasts two to three years and a stored document longer,
// so its validity is judged at the time of signing: KycRes/@ts for e-Aadhaar,
// the timestamp in referenceId for the offline file, and for PAN and licence,
// which carry none, the time the caller gives. A time from inside the document
// is used only after its signature verified with a pinned key.
//
// # How to obtain, check and renew an anchor
//
// Obtain. Fetch a document of your own, and look at who signed it:
//
//	go run example.com/digilocker/contract/cmd/digilocker@latest inspect -save signer.pem FILE
//
// The certificate that it writes is a candidate, and no more: it came with the
// document. UIDAI publishes the certificate of the offline file for download,
// one file for each period (uidai_offline_publickey_2026.cer until February 2029); of its
// other downloads none is for these files.
//
// Check. Compare the SHA-256 fingerprint that inspect prints with one that came
// another way: from DigiLocker's operator (partner support, on its letter or its
// site), from UIDAI's site over TLS, from a second provider's document that was
// fetched on another day by somebody else. Check that the issuer leads to a root
// of the Controller of Certifying Authorities (cca.gov.in), and that subject and
// dates are as expected: the last signer of DigiLocker that was seen, "DS
// NATIONAL E-GOVERNANCE DIVISION 1", ended on 11 February 2026; its successor is
// named Digital India Corporation by one provider and was not seen by us.
//
// Keep. Store the PEM file beside your configuration, with who checked it and
// when; read it by [ReadAnchor]. Bind it: DigiLocker's to EAadhaar, PANRecord and
// DrivingLicence, UIDAI's to OfflineEKYC.
//
// Renew. A new signer shows as [ErrUntrusted]; Error.Signer describes it. Count
// and alert on that reason: it is also what a forger's document looks like. Pin
// the new certificate beside the old one, which documents from before need. A key
// pinned by [PinKey] outlives a renewed certificate for the same key.
//
// # What is checked before the signature
//
// Size, encoding and form first, by a parser that takes only what all XML parsers
// take and read alike: UTF-8 and nothing else declared, version 1.0, names in
// ASCII, no DOCTYPE, comment, processing instruction,
// second root, duplicate attribute, duplicate ID; one enveloped Signature below
// the root, with one Reference of URI "" and the enveloped transform alone, and
// nothing in it that the observed signers do not write. Then the algorithms, by
// [Profile]. The received bytes are what was signed: a document that somebody
// parsed and wrote again cannot be verified. What is read is the canonical form
// whose digest was signed, by github.com/russellhaering/goxmldsig, parsed anew.
//
// Genuine documents of these forms are refused. None was observed:
//
//   - with a comment, a processing instruction or a DOCTYPE (ErrComment, ErrProcInst, ErrDoctype);
//   - in another encoding than UTF-8, or with another declared, US-ASCII too (ErrEncoding);
//   - of XML 1.1 (ErrSyntax);
//   - with a name that is not ASCII, or longer than 256 bytes, or with a character reference of
//     more than 14 bytes (ErrSyntax, ErrLimit);
//   - with a namespace that is relative, has a port, or has another character than ASCII letters,
//     digits and _:-.~/?#!$()*+,;= (ErrSyntax);
//   - with attributes of two namespaces on one element whose order by namespace is not their order
//     by name, as xml:lang beside xsi:type: goxmldsig sorts by name (ErrUnsupported);
//   - with two attributes ID, Id or xml:id of one value (ErrDuplicate);
//   - far larger in some respect than any genuine one (ErrLimit): see the limits in parse.go;
//   - with a signature of another shape: several references, other transforms, an Object, a
//     KeyValue, an ECDSA key, canonical XML 1.1 (ErrShape, ErrReference, ErrTransform, ErrAlgorithm).
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
