package eaadhaar

import "fmt"

// Reason says why a document was not verified. Test for it with [errors.Is].
type Reason string

// The reasons, in the order in which Verify looks for them.
const (
	ErrTooLarge    Reason = "document too large"                 // more bytes than Options.MaxBytes
	ErrEncoding    Reason = "not UTF-8"                          // other bytes, or another encoding said
	ErrSyntax      Reason = "not well-formed XML"                // or not as every parser takes it
	ErrDoctype     Reason = "document type declaration"          // entities, defaults, external references
	ErrComment     Reason = "comment"                            // canonical XML drops it, some readers do not
	ErrProcInst    Reason = "processing instruction"             // other than the XML declaration on top
	ErrTrailing    Reason = "content outside the root"           // text or a second root
	ErrDuplicate   Reason = "duplicate attribute or ID"          // parsers differ about which one counts
	ErrLimit       Reason = "too deep or too many parts"         // far above any genuine document
	ErrUnsigned    Reason = "no signature"                       // no XMLDSig Signature at all
	ErrShape       Reason = "signature of unknown shape"         // second, misplaced or missing parts
	ErrReference   Reason = "reference is not the whole file"    // none, several, or a URI other than ""
	ErrTransform   Reason = "transform not allowed"              // anything but one enveloped-signature
	ErrAlgorithm   Reason = "algorithm not allowed"              // HMAC, MD5, SHA-1 digests, unknown ones
	ErrSHA1        Reason = "SHA-1 signature not allowed"        // outside LegacySHA1, or refused by FIPS mode
	ErrUnsupported Reason = "form that cannot be checked here"   // genuine, perhaps: see the package comment
	ErrNotChecked  Reason = "not checked: no anchor configured"  // status NotChecked; all others are Failed
	ErrUntrusted   Reason = "signer is not pinned"               // by the certificate inside, no anchor's: Error.Signer
	ErrSignature   Reason = "signature does not match"           // changed, or signed with another key than it says
	ErrUnknown     Reason = "unknown kind of document"           // genuine, perhaps, but no kind of ours
	ErrContent     Reason = "unexpected content"                 // a part twice or missing, @ret other than Y
	ErrUnmasked    Reason = "unmasked Aadhaar number"            // never kept: ask for a masked document
	ErrKind        Reason = "signer is not pinned for this kind" // Anchor.Kinds
	ErrTime        Reason = "no time to judge at"                // no ts and none given by the caller
	ErrFuture      Reason = "signed in the future"               // more than five minutes after Options.Now
	ErrValidity    Reason = "certificate not valid when signed"  // expired, or not valid yet, at that time
	ErrStale       Reason = "document out of date"               // only with Options.WithinTTL or MaxAge
	ErrAnchor      Reason = "unusable anchor"                    // of NewVerifier and the like: Error.Detail says why
)

// Error implements error.
func (r Reason) Error() string { return string(r) }

// Error is a refused document. It carries no text of the document but of the signer's
// certificate: no name, no number, no algorithm identifier.
type Error struct {
	Reason Reason
	Detail string  // which rule, in this package's own words; may be empty
	Offset int64   // byte where it was noticed, from 0, each line end counted as one; -1 if it is not about one place
	Signer *Signer // who signed, of ErrUntrusted, ErrNotChecked, ErrKind, ErrValidity; nil if not known
}

// Error omits everything that came from the document but the signer.
func (e *Error) Error() string {
	s := "eaadhaar: " + string(e.Reason)
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Signer != nil {
		s += ": " + e.Signer.String()
	}
	if e.Offset >= 0 {
		s += fmt.Sprintf(" (byte %d)", e.Offset)
	}
	return s
}

// GoString returns what Error returns.
func (e *Error) GoString() string { return e.Error() }

// Is reports whether target is e's Reason.
func (e *Error) Is(target error) bool { return target == error(e.Reason) }

func refuse(r Reason, detail string) *Error {
	return &Error{Reason: r, Detail: detail, Offset: -1}
}
