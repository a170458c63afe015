package eaadhaar

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"slices"
	"time"
)

const (
	defaultMaxBytes = 5 << 20
	futureTolerance = 5 * time.Minute
)

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
	// Authorities are rules of a root and a subject, believed besides the anchors. Nil: only
	// who is pinned is believed.
	Authorities []Authority
	// Now is the current time, against which a document is from the future or
	// out of date. Default: time.Now.
	Now func() time.Time
	// WithinTTL refuses an e-Aadhaar whose ttl, a year after it was fetched, has passed at Now,
	// or that has none. No other kind has one.
	WithinTTL bool
	// MaxAge refuses an e-Aadhaar or an offline e-KYC file that was signed longer ago than this
	// at Now. Zero: any age. PAN and licence state no time of signing, and are not held to it.
	MaxAge time.Duration
	// MaxBytes is the largest document that is looked at. Zero or less: 5 MiB.
	MaxBytes int
}

// Verifier checks documents against pinned signers. It is safe for concurrent
// use. The zero value, and nil, have no anchors: their answers are Failed and NotChecked.
type Verifier struct {
	anchors []Anchor
	opts    Options
}

// NewVerifier returns a Verifier. No anchors are allowed: then no document is
// Verified, unless there are Authorities. It fails with ErrAnchor, and says which one is
// unusable and why.
func NewVerifier(anchors []Anchor, opts Options) (*Verifier, error) {
	if opts.Profile > LegacySHA1 {
		return nil, refuse(ErrAnchor, "an unknown Options.Profile")
	}
	v := &Verifier{anchors: slices.Clone(anchors), opts: opts}
	v.opts.Authorities = slices.Clone(opts.Authorities)
	for _, a := range v.anchors {
		if err := a.usable(); err != nil {
			return nil, named(a.Name, err)
		}
	}
	for _, a := range v.opts.Authorities {
		if err := a.usable(); err != nil {
			return nil, named(a.Name, err)
		}
	}
	return v, nil
}

// named puts an anchor's name before what is wrong with it.
func named(name string, e *Error) error {
	if name != "" {
		e.Detail = printable(name) + ": " + e.Detail
	}
	return e
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
	if v == nil {
		v = new(Verifier)
	}
	doc, err := v.verify(data, fetchedAt)
	switch {
	case err == nil:
		return Result{status: Verified, doc: func() *Document { return doc }}
	case errors.Is(err, ErrNotChecked):
		return Result{status: NotChecked, err: err}
	}
	return Result{status: Failed, err: err}
}

func (v *Verifier) verify(data []byte, fetchedAt time.Time) (*Document, error) {
	f, err := parse(data, v.maxBytes())
	if err != nil {
		return nil, err
	}
	if err := f.permitted(v.opts.Profile); err != nil {
		return nil, err
	}
	keys := v.candidates(f)
	root, by, err := f.signedBy(keys)
	if by == nil {
		return nil, v.stranger(f, len(keys) > 0, err)
	}
	if err != nil {
		return nil, err
	}
	doc, err := read(root) // the canonical bytes that were hashed, parsed again: nothing else
	if err != nil {
		return nil, err
	}
	doc.proof, err = v.judge(doc, by.trusted, fetchedAt)
	if err != nil {
		return nil, err
	}
	doc.proof.SHA1 = f.method == rsaSHA1
	return doc, nil
}

func (v *Verifier) maxBytes() int {
	if v.opts.MaxBytes > 0 {
		return v.opts.MaxBytes
	}
	return defaultMaxBytes
}

// stranger is the error of a document that no key signed which is believed, and tried says whether
// there was any to try, which failed with that error: it tells a document that a certificate inside
// it signed from one that none did.
func (v *Verifier) stranger(f *form, tried bool, failed error) error {
	signer, err := f.claimed()
	reason := ErrUntrusted
	switch {
	case err != nil:
		return err
	case len(v.anchors) == 0 && len(v.opts.Authorities) == 0:
		reason = ErrNotChecked
	case signer == nil && tried:
		return failed
	}
	e := refuse(reason, "")
	switch {
	case signer != nil:
		e.Signer, e.Detail = describe(signer), v.unlike(signer)
	case reason == ErrUntrusted:
		e.Detail = "it has no certificate that can be read"
	}
	return e
}

// unlike says what keeps a signer from being one that was pinned, if it is close to that.
func (v *Verifier) unlike(c *x509.Certificate) string {
	for _, a := range v.anchors {
		if a.Certificate == nil && a.Key == sha256.Sum256(c.Raw) {
			return "what is pinned as a key is the certificate's fingerprint: PinKey takes the key's"
		}
	}
	for _, a := range v.opts.Authorities {
		switch why := signs(c); {
		case !a.names(c):
			return "its O or CN is not that of an authority"
		case why != nil:
			return why.Detail
		}
	}
	return ""
}

// claimed is the certificate inside f whose key made its signature, and says nothing about
// trust: anybody can embed one. It is nil for a document without a certificate that can be read,
// and the error is ErrSignature if none of them made it.
func (f *form) claimed() (*x509.Certificate, error) {
	var keys candidates
	for _, c := range f.embedded() {
		keys.add(keyOf(c), trusted{cert: c})
	}
	if len(keys) == 0 {
		return nil, nil
	}
	_, by, err := f.signedBy(keys)
	if err != nil {
		return nil, err
	}
	return by.trusted[0].cert, nil
}

// judge checks kind and time of a document whose signature matches.
func (v *Verifier) judge(doc *Document, signers []trusted, fetchedAt time.Time) (*Proof, error) {
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
	switch {
	case at.IsZero():
		return nil, refuse(ErrTime, string(by))
	case at.After(now().Add(futureTolerance)):
		return nil, refuse(ErrFuture, string(by))
	case v.opts.WithinTTL && doc.Kind == EAadhaar && !now().Before(doc.Aadhaar.ExpiresAt):
		return nil, refuse(ErrStale, "its ttl")
	case v.opts.MaxAge > 0 && doc.Aadhaar != nil && now().Sub(at) > v.opts.MaxAge:
		return nil, refuse(ErrStale, "Options.MaxAge")
	}
	var first *Error
	for i := range signers {
		t := &signers[i]
		err := t.valid(at, by)
		if err == nil && t.authority != nil && v.ended(t.key, at) {
			err = refuse(ErrValidity, string(by)+", by the bounds of an anchor of that key")
		}
		if kinds := t.kinds(); len(kinds) > 0 && !slices.Contains(kinds, doc.Kind) {
			err = refuse(ErrKind, "it is "+string(doc.Kind))
		}
		if err == nil {
			return t.proof(at, by), nil
		}
		if first == nil {
			first = err
			s := t.signer()
			first.Signer = &s
		}
	}
	return nil, first
}

// ended reports whether an anchor of that key says that no document was signed with it then.
func (v *Verifier) ended(key [sha256.Size]byte, at time.Time) bool {
	return slices.ContainsFunc(v.anchors, func(a Anchor) bool { return a.sum() == key && !a.holds(at) })
}

// proof is that of a document which t signed.
func (t *trusted) proof(at time.Time, by Clock) *Proof {
	return &Proof{Anchor: t.name(), Signer: t.signer(), JudgedAt: at, JudgedBy: by}
}

// signer describes t by what is believed of it.
func (t *trusted) signer() Signer {
	if t.cert == nil {
		return Signer{Key: hex.EncodeToString(t.key[:])}
	}
	return *describe(t.cert)
}

// ReadUnverified reads a document that nobody vouches for: every field may be
// forged. It is for documents whose signature cannot survive, such as those that
// an aggregator wrote anew, and their Proof is nil. Size and form are checked
// as by Verify, the signature is not and may be absent.
func ReadUnverified(data []byte) (*Document, error) {
	f, err := parse(data, defaultMaxBytes)
	if err != nil {
		return nil, err
	}
	return read(f.root)
}
