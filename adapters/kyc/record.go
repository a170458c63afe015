package kyc

import "time"

// Record is one fetched document.
type Record struct {
	Document    Document
	Person      Person
	Number      Masked    // Aadhaar: last four digits only; PAN, licence: as given, masked when printed
	IssuedOn    Date      // zero if the provider does not say; of a licence too
	GeneratedAt time.Time // of the answer, by the provider's clock; zero if it does not say
	HolderType  Private   // PAN: "Individual"; zero for other documents
	Licence     *Licence  // categories and validity; nil for other documents
	Verified    *Verified // what the provider says it has checked; nil if it does not say
	File        *File     // the signed file's link and expiry; nil if none
	Raw         Raw       // the provider's answer as it came

	// Unopened says that the provider gives this document as a file alone, which nobody has opened: File has the
	// link, and Person, Number and the rest are zero for that reason alone. signedfile.Checker's Verify, as an
	// adapter's
	// Options.Verify, fills them with what the file says, once it was verified, and makes this false.
	Unopened bool

	// Signed is what the signed file says, once it was verified and does not contradict the rest; nil if
	// nobody looked. An adapter's Options.Verify sets it, and package signedfile can be that.
	Signed *Record

	// Unread are the members of the answer that could not be read, such as an address that
	// is no object or a link that is none: what they say is only in Raw. A time that is
	// among them and not zero said no zone, and was read in the provider's own. Nil: nothing
	// was lost. Elements of a list are counted from 0: "documents.0.pincode".
	Unread []string
}

// Licence is what a driving licence says beyond its holder.
type Licence struct {
	IssuedBy   Private // the issuing office
	ExpiresOn  Date
	Categories []Category // nil if the provider leaves them out
}

// Category is a class of vehicle that a licence covers.
type Category struct {
	Class       Private // "MCWG"
	Description Private // in words
	IssuedOn    Date
}

// Verified is a provider's word on what it has checked itself. Signature is the
// signed file's and is no substitute for verifying that file.
type Verified struct {
	Email, Mobile, Signature bool
}

// File is a document's file, to be downloaded from a link that expires, or as the provider handed it out.
type File struct {
	Link      Private   // whoever has it has the document; zero where the provider hands out no link but Content
	ExpiresAt time.Time // of Link; zero if the provider does not say
	Content   Raw       // the file itself, byte for byte; zero where there is a Link
	Format    string    // "xml", "pdf", "zip" as asked for or documented: judge the content, not this
	ShareCode Private   // password of the file; zero if it has none
	Unread    []string  // see Record.Unread; nil within a Record, which tells it
	Raw       Raw       // FetchFile's answer as it came; zero within a Record
}

// AccountQuery asks for a user's account by Mobile or Aadhaar; at least one is
// needed.
type AccountQuery struct {
	ID      string  // caller's own unique id; each adapter says what becomes of it; empty: the adapter makes one
	Mobile  Private // ten digits
	Aadhaar Private // twelve digits
}

// AccountState says whether there is an account. One that is not among the
// constants is a word that nobody documented, kept as it came.
type AccountState string

// The states of an account.
const (
	AccountExists   AccountState = "exists"    // Start with SignIn
	AccountNotFound AccountState = "not found" // Start with SignUp
)

// Account is the answer to an AccountQuery.
type Account struct {
	ID           string // of the query
	Reference    string // the provider's id of this check
	State        AccountState
	DigiLockerID Private  // account id; zero if there is no account
	Mobile       Private  // as asked and given back; may have lost leading zeros (CF-D1)
	Number       Masked   // Aadhaar number as asked and given back
	Unread       []string // see Record.Unread
	Raw          Raw      // the provider's answer as it came
}

// CatalogueEntry is a document that some issuer offers. Type and IssuerID
// together are its key.
type CatalogueEntry struct {
	Type        string // "DRVLC"
	IssuerID    string
	Issuer      string
	Description string
	Formats     []string             // "pdf", "xml"
	Parameters  []CatalogueParameter // what FetchFile needs of the user
	Unread      []string             // see Record.Unread; of this entry
}

// CatalogueParameter is something by which an issuer finds a user's document.
type CatalogueParameter struct {
	Name        string // the key into FileRequest.Parameters
	Description string
}

// ListedDocument is a document that the user of a journey shares.
type ListedDocument struct {
	Document    Document // "" if it is none of the constants
	Type        string   // in the provider's word, mostly DigiLocker's: "DRVLC"
	Name        string   // of the kind of document, never of a person
	Issuer      string
	Description string
	ID          Private  // by which the provider knows it in this journey; zero if it has none
	Formats     []string // "pdf", "xml"; nil if the provider does not say
	Unread      []string // see Record.Unread; of this entry
}

// FileRequest asks for a document as a file. What a provider needs of it, its FetchFile says.
type FileRequest struct {
	Type, IssuerID string             // of the CatalogueEntry, or the Type of the ListedDocument
	Format         string             // one of its Formats
	Parameters     map[string]Private // one for each of its Parameters, by Name
}
