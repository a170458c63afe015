package shop

import (
	"context"
	"errors"
	"fmt"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
)

// finding is what came of one document. Without a Doubt it is verified: its
// issuer signed what the provider says of it.
type finding struct {
	Document string      // by its name in plain words
	Name     kyc.Private // zero, as are Birth and Number, if there is no document
	Birth    kyc.Date
	Number   kyc.Masked
	Doubt    string
	Lost     bool // a new journey alone can bring it
}

// look is what came of a document that was fetched.
func (s *Shop) look(ctx context.Context, record *kyc.Record, user *kyc.Person) (finding, error) {
	doubt, err := s.doubt(ctx, record, user)
	return finding{
		Document: names[record.Document], Name: record.Person.Name, Birth: record.Person.Birth,
		Number: record.Number, Doubt: doubt,
	}, err
}

// doubt says why a record is not verified, "" if it is. A download that fails is an outage. A record that nobody has
// opened is opened first, as it says nothing of a person before.
func (s *Shop) doubt(ctx context.Context, record *kyc.Record, user *kyc.Person) (string, error) {
	if record.Unopened {
		if doubt, err := s.told(ctx, record, s.Checker.Verify(ctx, record)); doubt != "" || err != nil {
			return doubt, err
		}
		return unlike(user, record), nil
	}
	if doubt := unlike(user, record); doubt != "" {
		return doubt, nil
	}
	_, err := s.Checker.Check(ctx, record)
	return s.told(ctx, record, err)
}

// unlike is the doubt about a record of somebody else, "" if nothing says that it is.
func unlike(user *kyc.Person, record *kyc.Record) string {
	if alike(user, &record.Person) {
		return ""
	}
	return "it is about somebody else than the DigiLocker account"
}

// told is the doubt that an error of the checker tells of. Where the user has left, it is no word on the file.
func (s *Shop) told(ctx context.Context, record *kyc.Record, err error) (string, error) {
	e := (*signedfile.Error)(nil)
	if done := ctx.Err(); err != nil && done != nil {
		return "", done
	}
	if !errors.As(err, &e) {
		return "", err
	}
	switch e.Step {
	case signedfile.StepFile:
		return "the provider hands out no signed file", nil
	case signedfile.StepLink, signedfile.StepDownload:
		return "", fmt.Errorf("%w: %w", kyc.ErrUnavailable, err)
	}
	// Of a comparison, the error names the members that differ.
	s.Log.Warn("a document is not verified", "document", record.Document, "error", err)
	switch e.Step {
	case signedfile.StepUnpack:
		return "its signed file is damaged", nil
	case signedfile.StepCompare:
		return "its signed file says something else", nil
	default:
		return e.Why, nil
	}
}

// accepted is what documents of one person write differently: the case and the
// spacing of a name, and how much of a birth they state.
const accepted = kyc.AllowUsual | kyc.AllowPrecision

// alike reports whether nothing that is known of both contradicts that they are
// one person. An account may have another mobile number than a document.
func alike(user, holder *kyc.Person) bool {
	return kyc.ComparePersons(user, holder).Without("Person.Mobile", "Person.Email").Differences(accepted) == nil
}
