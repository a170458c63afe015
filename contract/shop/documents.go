package shop

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
)

// finding is what came of one document. Without a Doubt it is verified: its
// issuer signed what the provider says of it.
type finding struct {
	Document string      // by its name in plain words
	Name     kyc.Private // zero, as are Birth and Number, if there is no document
	Birth    kyc.Date
	Number   kyc.Masked
	Doubt    string
}

const maxFile = 5 << 20 // bytes of XML

// look is what came of a document that was fetched.
func (s *Shop) look(ctx context.Context, record *kyc.Record, user *kyc.Person) (finding, error) {
	doubt, err := s.doubt(ctx, record, user)
	return finding{
		Document: names[record.Document], Name: record.Person.Name, Birth: record.Person.Birth,
		Number: record.Number, Doubt: doubt,
	}, err
}

// doubt says why a record is not verified, "" if it is. A download that fails is
// an outage: the next visit gets a fresh link.
func (s *Shop) doubt(ctx context.Context, record *kyc.Record, user *kyc.Person) (string, error) {
	if user != nil && !alike(user.Name.Reveal(), record.Person.Name.Reveal(), user.Birth, record.Person.Birth) {
		return "it is about somebody else than the DigiLocker account", nil
	}
	if record.File == nil {
		return "the provider hands out no signed file", nil
	}
	file, err := s.Files.Get(ctx, record.File.Link.Reveal(), record.File.ExpiresAt)
	if err != nil {
		return "", fmt.Errorf("signed file: %w: %w", kyc.ErrUnavailable, err)
	}
	if file.Type == wire.ZIP {
		if file, err = wire.Unzip(file.Bytes(), maxFile); err != nil {
			s.Log.Warn("a signed file cannot be unpacked", "document", record.Document, "error", err)
			return "its signed file is damaged", nil
		}
	}
	signed, err := s.Verifier.Verify(file.Bytes(), time.Now()).Document()
	if err != nil {
		s.Log.Warn("a document is not verified", "document", record.Document, "error", err)
		reason := eaadhaar.ErrNotChecked
		if e := (*eaadhaar.Error)(nil); errors.As(err, &e) {
			reason = e.Reason
		}
		return string(reason), nil
	}
	said := signed.Record()
	if said.Document != record.Document || said.Number.IsZero() ||
		!strings.HasSuffix(plain(record.Number.Reveal()), plain(said.Number.Reveal())) ||
		!alike(said.Person.Name.Reveal(), record.Person.Name.Reveal(), said.Person.Birth, record.Person.Birth) {
		s.Log.Warn("a signed file says something else than the provider", "document", record.Document)
		return "its signed file says something else", nil
	}
	return "", nil
}

// alike reports whether nothing that is known of both contradicts that they are
// one person. Documents differ in the case of a name and in how much of a birth
// they state.
func alike(name, otherName string, birth, otherBirth kyc.Date) bool {
	year, month, day := birth.Parts()
	otherYear, otherMonth, otherDay := otherBirth.Parts()
	return agree(plain(name), plain(otherName)) && agree(year, otherYear) && agree(month, otherMonth) && agree(day, otherDay)
}

func agree[T comparable](a, b T) bool {
	var unknown T
	return a == unknown || b == unknown || a == b
}

// plain is text without what issuers write differently.
func plain(s string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
}
