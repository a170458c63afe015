package eaadhaar

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

const (
	defaultMaxBytes = 5 << 20
	minKeyBits      = 2048
	futureTolerance = 5 * time.Minute
)

// Anchor is a signer that the operator pinned.
type Anchor struct {
	Name        string            // for Proof and reports; need not be unique
	Certificate *x509.Certificate // the signer's own, not that of a CA above it; RSA, 2048 bits or more
}

// ReadAnchor makes an Anchor of one certificate, PEM or DER, as UIDAI's .cer
// files are. It fails with ErrAnchor. The file's origin is yours to check.
func ReadAnchor(name string, file []byte) (Anchor, error) {
	if block, rest := pem.Decode(file); block != nil {
		if block.Type != "CERTIFICATE" || len(bytes.TrimSpace(rest)) > 0 {
			return Anchor{}, refuse(ErrAnchor, "not one certificate")
		}
		file = block.Bytes
	}
	cert, err := x509.ParseCertificate(file)
	if err != nil {
		return Anchor{}, refuse(ErrAnchor, "not a certificate")
	}
	a := Anchor{Name: name, Certificate: cert}
	if err := a.usable(); err != nil {
		return Anchor{}, err
	}
	return a, nil
}

func (a Anchor) usable() error {
	if a.Certificate == nil || len(a.Certificate.Raw) == 0 {
		return refuse(ErrAnchor, "no certificate")
	}
	key, ok := a.Certificate.PublicKey.(*rsa.PublicKey)
	if !ok {
		return refuse(ErrAnchor, "not an RSA key")
	}
	if key.N.BitLen() < minKeyBits {
		return refuse(ErrAnchor, "weak key")
	}
	return nil
}

// Profile names the signature algorithms that are accepted. The digest of the
// content is SHA-256 in all of them.
type Profile uint8

// The profiles.
const (
	// SHA256Only accepts rsa-sha256. It is the zero value, and it refuses every
	// document observed so far: see LegacySHA1.
	SHA256Only Profile = iota
	// LegacySHA1 accepts rsa-sha1 as well, and reports it in Proof.SHA1. All
	// observed documents of DigiLocker and UIDAI (2022 to 2026) are signed so.
	// The risk is a chosen-prefix collision by somebody who gets the signer to
	// sign, not a change to a finished document.
	LegacySHA1
)

// Options tunes a Verifier; its zero value is ready to use.
type Options struct {
	// Profile defaults to SHA256Only.
	Profile Profile
	// Now is the current time, against which a document is from the future or
	// out of date. Default: time.Now.
	Now func() time.Time
	// Fresh refuses an e-Aadhaar whose ttl has passed at Now, or that has none.
	Fresh bool
	// MaxBytes is the largest document that is looked at. Default: 5 MiB.
	MaxBytes int
}

// Verifier checks documents against pinned signers. It is safe for concurrent
// use. The zero value has no anchors: its answers are Failed and NotChecked.
type Verifier struct {
	anchors []Anchor
	opts    Options
}

// NewVerifier returns a Verifier. No anchors are allowed: then no document is
// Verified. It fails with ErrAnchor.
func NewVerifier(anchors []Anchor, opts Options) (*Verifier, error) {
	v := &Verifier{opts: opts}
	for _, a := range anchors {
		if err := a.usable(); err != nil {
			return nil, err
		}
		v.anchors = append(v.anchors, a)
	}
	return v, nil
}

// Status is one of three answers; see Result.
type Status uint8

// The answers. NotChecked is the zero value, and not a success.
const (
	NotChecked Status = iota // no anchor was configured
	Failed                   // Result.Err says why
	Verified                 // Result.Document has the fields
)

// String returns "not checked", "failed" or "verified".
func (s Status) String() string {
	switch s {
	case Verified:
		return "verified"
	case Failed:
		return "failed"
	}
	return "not checked"
}

// Result is the answer to one document. The zero value is NotChecked.
type Result struct {
	status Status
	doc    func() *Document // a closure, into which no printer looks
	err    error
}

// Status returns the answer.
func (r Result) Status() Status { return r.status }

// Err returns nil if the status is Verified, and an *Error otherwise: that of a
// document not checked is ErrNotChecked.
func (r Result) Err() error {
	switch {
	case r.status == Verified:
		return nil
	case r.err != nil:
		return r.err
	}
	return refuse(ErrNotChecked, "")
}

// Document returns the fields of a verified document, and nil and Err of any
// other.
func (r Result) Document() (*Document, error) {
	if r.status != Verified {
		return nil, r.Err()
	}
	return r.doc(), nil
}

// Verify checks data, the document as it was received: parsing it and writing
// it again breaks the signature. fetchedAt is when the caller got it from
// DigiLocker; PAN and driving licence, which state no time, are judged by it,
// and fail with ErrTime where it is zero. The Aadhaar kinds ignore it.
func (v *Verifier) Verify(data []byte, fetchedAt time.Time) Result {
	doc, err := v.verify(data, fetchedAt)
	switch {
	case err == nil:
		return Result{status: Verified, doc: func() *Document { return doc }}
	case errors.Is(err, ErrNotChecked):
		return Result{status: NotChecked}
	}
	return Result{status: Failed, err: err}
}

func (v *Verifier) verify(data []byte, fetchedAt time.Time) (*Document, error) {
	env, err := scan(data, v.maxBytes())
	if err != nil {
		return nil, err
	}
	if err := env.permitted(v.opts.Profile); err != nil {
		return nil, err
	}
	if len(v.anchors) == 0 {
		return nil, ErrNotChecked
	}
	root, signers, err := env.signedBy(v.anchors)
	if err != nil {
		return nil, err
	}
	doc, err := read(root) // the canonical bytes that were hashed, parsed again: nothing else
	if err != nil {
		return nil, err
	}
	doc.proof, err = v.judge(doc, signers, fetchedAt)
	if err != nil {
		return nil, err
	}
	doc.proof.SHA1 = env.method == rsaSHA1
	return doc, nil
}

func (v *Verifier) maxBytes() int {
	if v.opts.MaxBytes > 0 {
		return v.opts.MaxBytes
	}
	return defaultMaxBytes
}

// signedBy returns the signed element, and those anchors whose key signed it:
// several, where an operator pinned two certificates of one key. KeyInfo says
// which anchors to try, never which key to use.
func (e *envelope) signedBy(anchors []Anchor) (*etree.Element, []Anchor, error) {
	var candidates, signers []Anchor
	for _, a := range anchors {
		if len(e.certs) == 0 || e.embeds(a.Certificate) {
			candidates = append(candidates, a)
		}
	}
	if len(candidates) == 0 {
		return nil, nil, refuse(ErrUntrusted, "")
	}
	tree, err := e.tree()
	if err != nil {
		return nil, nil, err
	}
	sig := signature(tree)
	for _, el := range sig.ChildElements() {
		switch el.Tag {
		case "KeyInfo": // without it goxmldsig takes the one certificate of its store
			sig.RemoveChild(el)
		case "SignatureValue": // goxmldsig stumbles over spaces in it
			el.SetText(stripSpace(el.Text()))
		}
	}
	var signed *etree.Element
	for _, a := range candidates {
		ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{a.Certificate}})
		// Validity is judged later, by a time that is trusted only then.
		ctx.Clock = dsig.NewFakeClockAt(a.Certificate.NotBefore)
		if el, err := ctx.Validate(tree); err == nil && el != nil {
			signed, signers = el, append(signers, a)
		}
	}
	if signed == nil {
		return nil, nil, refuse(ErrSignature, "")
	}
	return signed, signers, nil
}

func (e *envelope) embeds(cert *x509.Certificate) bool {
	for _, der := range e.certs {
		if bytes.Equal(der, cert.Raw) {
			return true
		}
	}
	return false
}

func (e *envelope) tree() (*etree.Element, error) {
	doc := etree.NewDocument()
	doc.ReadSettings = etree.ReadSettings{ValidateInput: true, MaxDepth: maxDepth}
	if err := doc.ReadFromBytes(e.doc); err != nil || doc.Root() == nil {
		return nil, refuse(ErrSyntax, "")
	}
	return doc.Root(), nil
}

// signature returns the Signature of a signed document that passed scan: the
// only child of the root with that local name.
func signature(root *etree.Element) *etree.Element {
	for _, el := range root.ChildElements() {
		if el.Tag == "Signature" {
			return el
		}
	}
	return nil
}

// judge checks the time of a document whose signature matches.
func (v *Verifier) judge(doc *Document, signers []Anchor, fetchedAt time.Time) (*Proof, error) {
	now := time.Now
	if v.opts.Now != nil {
		now = v.opts.Now
	}
	at, by := fetchedAt, ClockCaller
	switch doc.Kind {
	case EAadhaar:
		at, by = doc.Aadhaar.SignedAt, ClockTS
	case OfflineEKYC:
		at, by = doc.Aadhaar.SignedAt, ClockReference
	}
	if at.IsZero() {
		return nil, refuse(ErrTime, string(by))
	}
	if at.After(now().Add(futureTolerance)) {
		return nil, refuse(ErrFuture, string(by))
	}
	if v.opts.Fresh && doc.Kind == EAadhaar && !now().Before(doc.Aadhaar.ExpiresAt) {
		return nil, refuse(ErrStale, "")
	}
	for _, a := range signers {
		if c := a.Certificate; !at.Before(c.NotBefore) && !at.After(c.NotAfter) {
			sum := sha256.Sum256(c.Raw)
			return &Proof{Anchor: a.Name, Fingerprint: hex.EncodeToString(sum[:]), JudgedAt: at, JudgedBy: by}, nil
		}
	}
	return nil, refuse(ErrValidity, string(by))
}

// ReadUnverified reads a document that nobody vouches for: every field may be
// forged. It is for documents whose signature cannot survive, such as those that
// an aggregator wrote anew, and their Proof is nil. Size and form are checked
// as by Verify, the signature is not and may be absent.
func ReadUnverified(data []byte) (*Document, error) {
	env, err := scan(data, defaultMaxBytes)
	if err != nil {
		return nil, err
	}
	root, err := env.tree()
	if err != nil {
		return nil, err
	}
	return read(root)
}

// sha1Usable reports whether this process may use SHA-1: under
// GODEBUG=fips140=only crypto/sha1 panics, and goxmldsig with it.
func sha1Usable() (ok bool) {
	defer func() { ok = recover() == nil }()
	sha1.Sum(nil)
	return true
}
