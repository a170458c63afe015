// Package signedfile goes from a record to the verdict on it: it downloads the signed file that a provider links to,
// within the life of the link, unpacks it, verifies it against pinned signers, and compares it with what the provider
// says of the same document.
//
//	verifier, err := eaadhaar.NewVerifier(anchors, eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
//	checker := &signedfile.Checker{Verifier: verifier}
//	finding, err := checker.Check(ctx, record)
//
// As an adapter's Options.Verify it lets no record through that its signed file does not say:
//
//	provider, err := acme.New(acme.Production, creds, acme.Options{Verify: checker.Verify})
//
// It links the XML packages of eaadhaar, which the adapters do not.
package signedfile

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

// DefaultMaxBytes is the largest XML that a Checker looks at, if its MaxBytes does not say otherwise.
const DefaultMaxBytes int64 = 5 << 20

// Checker checks records against their signed files: that these are genuine, not that a licence is in force or a PAN
// not withdrawn, which Finding.Document.Certificate says. What it needs is a Verifier with an anchor; without one it
// checks nothing and says so, as the zero value does. It may be used by many goroutines, and is not to be changed then.
type Checker struct {
	// Files downloads the signed file. Its zero value will do, and calls public addresses by https alone. The limits
	// of a context, see wire.WithLimits, are those of each download too.
	Files wire.Downloader
	// Verifier has the pinned signers. Nil: nothing is downloaded, and the error is eaadhaar.ErrNotChecked.
	Verifier *eaadhaar.Verifier
	// Accept is what the provider and the signed file may write differently. Zero: kyc.AllowUsual, which is case and
	// spacing. A signed file with the year of birth alone does not vouch for a provider's whole date: see
	// kyc.AllowPrecision.
	Accept kyc.Allowance
	// Ignore are the members that are not compared, such as "Person.Photo", which a provider may compress anew, or
	// "Person.Address" for all of its parts. Nil: each member is compared that both sides state.
	Ignore []string
	// Need are the members that both sides have to state, unless Ignore has them: two documents that have nothing in
	// common do not differ. Nil: "Document", "Person.Name" and "Number".
	Need []string
	// Unpack unpacks a ZIP that is encrypted, with the share code that came with its link, which may be zero. What it
	// returns is the XML. Its error is found by errors.Is and errors.As, and printed by nothing. Nil: such a file is
	// refused with wire.ErrEncrypted, as the standard library cannot unpack it.
	Unpack func(zip []byte, shareCode kyc.Private) ([]byte, error)
	// MaxBytes of the XML. Zero: DefaultMaxBytes. A negative one lets nothing through.
	MaxBytes int64
	// Now is the clock by which a link has ended, and the time at which a file that states none was signed at the
	// latest. Default: time.Now.
	Now func() time.Time
}

// Finding is a verified file, and what came of the comparison with it.
type Finding struct {
	Signed     *kyc.Record        // what the file says, as a provider would
	Document   *eaadhaar.Document // all that it says, with the Proof of who signed it
	Comparison kyc.Comparison     // of the provider's record with Signed, without what is ignored; nil of ReadFile
}

// Check downloads a record's signed file, verifies it and compares the two. Its error is an [*Error], which says at
// which [Step] it failed: kyc.ErrUnavailable if the download may be repeated, with the same record, else
// kyc.ErrUnverified. The record is in it, as it may have been billed; so is it where ctx ends before the download does,
// which is no outage: then the error is kyc.ErrUnverified, at StepDownload, and errors.Is finds ctx.Err() in it.
// Of a record that is Unopened only the kind of document is compared, whatever Ignore and Need say.
func (c *Checker) Check(ctx context.Context, r *kyc.Record) (*Finding, error) {
	c = cmp.Or(c, &Checker{})
	if r == nil {
		return nil, fail(StepFile, "there is no record", nil)
	}
	found, err := c.ReadFile(ctx, r.File)
	if err != nil {
		e := (*Error)(nil)
		if !errors.As(err, &e) {
			e = failed(StepDownload, err) // ctx's
		}
		return nil, e.of(r, nil)
	}
	found.Comparison = kyc.Compare(r, found.Signed).Without(c.Ignore...)
	why := c.contradicts(found.Comparison, personal(r, found.Document))
	if r.Unopened {
		why = ""
		if r.Document == "" || r.Document != found.Signed.Document { // all that such a record says
			why = "Document different"
		}
	}
	if why != "" {
		return nil, fail(StepCompare, why, nil).of(r, found)
	}
	return found, nil
}

// Verify is Check for an adapter's Options.Verify: what the file says becomes r.Signed. What r says beyond that, such
// as a mobile number, nobody vouches for. Where r is Unopened, as the provider gives a file alone, what that says
// becomes
// r's own content too, and Unopened false. Of an organization's PAN the HolderType of r.Signed is "Organization", as
// nothing else in a Record would tell it from a person's.
func (c *Checker) Verify(ctx context.Context, r *kyc.Record) error {
	found, err := c.Check(ctx, r)
	if err != nil {
		return err
	}
	if found.Document.Organization != nil {
		found.Signed.HolderType = kyc.Hide("Organization")
	}
	r.Signed = found.Signed
	if r.Unopened {
		open(r, *found.Signed)
	}
	return nil
}

// open makes what the signed file says the content of r.
func open(r *kyc.Record, signed kyc.Record) {
	signed.File, signed.Raw, signed.Unread, signed.Signed = r.File, r.Raw, r.Unread, r.Signed
	if signed.Licence != nil {
		licence := *signed.Licence
		licence.Categories = slices.Clone(licence.Categories)
		signed.Licence = &licence
	}
	*r = signed
}

// ReadFile downloads and verifies a file for which there is no record to compare it with, such as what
// kyc.FileFetcher's FetchFile returns. What has its Content already is not downloaded. That it is of the document which
// was asked for, and of the right person, its caller has to look at: see Finding.Signed. Its errors are those of Check,
// without a record; the end of ctx, with which no record would be lost, is ctx.Err() as it is.
func (c *Checker) ReadFile(ctx context.Context, f *kyc.File) (*Finding, error) {
	c = cmp.Or(c, &Checker{})
	now := c.Now
	if now == nil {
		now = time.Now
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch {
	case f == nil:
		return nil, fail(StepFile, "the provider hands out none", nil)
	case f.Link.IsZero() && f.Content.IsZero():
		return nil, fail(StepFile, "its link is missing, and so is its content", nil)
	case c.Verifier == nil:
		none := &eaadhaar.Error{Reason: eaadhaar.ErrNotChecked, Offset: -1}
		return nil, fail(StepVerify, "not checked: Checker.Verifier is missing", none)
	case !f.ExpiresAt.IsZero() && !now().Before(f.ExpiresAt):
		const anew = "fetch the record anew, in a new journey if it is handed out once"
		return nil, fail(StepLink, anew, &wire.Error{Kind: wire.ErrExpired, Unsent: true})
	}
	file := wire.NewFile(f.Content.Bytes())
	if f.Content.IsZero() {
		var err error
		file, err = c.Files.Get(ctx, f.Link.Reveal(), time.Time{}) // whether it has expired is known
		if w := (*wire.Error)(nil); errors.As(err, &w) {
			e := failed(StepDownload, w)
			if repeatable(w) {
				e.Kind = kyc.ErrUnavailable
			}
			return nil, e
		}
		if err != nil {
			return nil, err
		}
	}
	xml, e := c.unpack(file, f.ShareCode)
	if e != nil {
		return nil, e
	}
	doc, err := c.Verifier.Verify(xml, now()).Document()
	if err != nil {
		return nil, failed(StepVerify, err)
	}
	return &Finding{Signed: doc.Record(), Document: doc}, nil
}

// repeatable reports whether a download that failed so may be made again.
func repeatable(w *wire.Error) bool {
	switch w.Kind {
	case wire.ErrDNS, wire.ErrConnect, wire.ErrTLS, wire.ErrTimeout, wire.ErrCut:
		return true
	case wire.ErrStatus:
		kind := kyc.KindOfStatus(w.Status)
		return kind == kyc.ErrUnavailable || kind == kyc.ErrRateLimited
	default:
		return false
	}
}

// unpack is the XML in a file.
func (c *Checker) unpack(file *wire.File, shareCode kyc.Private) ([]byte, *Error) {
	limit := cmp.Or(c.MaxBytes, DefaultMaxBytes)
	if file.Type == wire.ZIP {
		inside, err := wire.Unzip(file.Bytes(), limit)
		switch {
		case errors.Is(err, wire.ErrEncrypted) && c.Unpack != nil:
			xml, err := c.Unpack(file.Bytes(), shareCode)
			if err != nil {
				return nil, fail(StepUnpack, "Checker.Unpack failed", err)
			}
			return xml, tooLarge(len(xml), limit)
		case err != nil:
			return nil, failed(StepUnpack, err)
		}
		file = inside
	}
	if file.Type != wire.XML {
		why := "the file is " + string(file.Type) + ", and only XML can be verified"
		return nil, fail(StepUnpack, why, &wire.Error{Kind: wire.ErrContent})
	}
	return file.Bytes(), tooLarge(len(file.Bytes()), limit)
}

// tooLarge is the error of so many bytes; nil if they are within the limit.
func tooLarge(size int, limit int64) *Error {
	if int64(size) <= limit {
		return nil
	}
	return fail(StepUnpack, "the XML is over Checker.MaxBytes", &wire.Error{Kind: wire.ErrTooLarge})
}

// personal are the members of a record that only a person can have, if the signed file is an organization's.
func personal(r *kyc.Record, signed *eaadhaar.Document) (members []string) {
	if signed.Organization == nil {
		return nil
	}
	if r.Person.Gender.Code() != "" {
		members = append(members, "Person.Gender")
	}
	if !r.Person.CareOf.IsZero() {
		members = append(members, "Person.CareOf")
	}
	if strings.EqualFold(strings.TrimSpace(r.HolderType.Reveal()), "Individual") {
		members = append(members, "HolderType")
	}
	return members
}

// contradicts says in which members a comparison fails, "" if in none. The personal ones are those that the record
// should not have.
func (c *Checker) contradicts(all kyc.Comparison, personal []string) string {
	var why []string
	if differences := all.Differences(cmp.Or(c.Accept, kyc.AllowUsual)); differences != nil {
		why = append(why, differences.String())
	}
	if personal = slices.DeleteFunc(personal, c.ignores); len(personal) > 0 {
		why = append(why, "of a person, while the file is an organization's: "+strings.Join(personal, ", "))
	}
	need := c.Need
	if need == nil {
		need = []string{"Document", "Person.Name", "Number"}
	}
	var open []string
	for _, name := range need {
		if !c.ignores(name) && !all.Compared(name) && !slices.Contains(open, name) {
			open = append(open, name)
		}
	}
	if open != nil {
		why = append(why, "not said by both: "+strings.Join(open, ", "))
	}
	return strings.Join(why, "; ")
}

// ignores reports whether a member is not to be compared.
func (c *Checker) ignores(name string) bool {
	return kyc.Comparison{{Name: name}}.Without(c.Ignore...) == nil
}
