package quicko

import (
	"encoding/json"
	"mime"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/quickoapi"
)

// documents are Quicko's words for them.
var documents = map[quickoapi.DocumentType]kyc.Document{
	quickoapi.DocumentTypeAadhaar:        kyc.Aadhaar,
	quickoapi.DocumentTypePAN:            kyc.PAN,
	quickoapi.DocumentTypeDrivingLicense: kyc.DrivingLicence,
}

// toDocument keeps a word that nobody documented as it came.
func toDocument(word quickoapi.DocumentType) kyc.Document {
	if doc, ok := documents[quickoapi.DocumentType(strings.ToLower(string(word)))]; ok {
		return doc
	}
	return kyc.Document(word)
}

// toState keeps a status that nobody documented as it came. "authorized" is no consent to a document yet (SB-D13).
func toState(status quickoapi.SessionState) kyc.State {
	switch quickoapi.SessionState(strings.ToLower(string(status))) {
	case quickoapi.SessionStateCreated, quickoapi.SessionStateInitialized, quickoapi.SessionStateAuthorized:
		return kyc.Pending
	case quickoapi.SessionStateSucceeded:
		return kyc.Granted
	case quickoapi.SessionStateExpired:
		return kyc.Expired
	case quickoapi.SessionStateFailed:
		return kyc.Denied
	default:
		return kyc.State(status)
	}
}

// toConsent tells what the user shares only once that is settled.
func toConsent(c *call.Call, ref kyc.Ref, answer *quickoapi.SessionStatusAnswer) *kyc.Consent {
	consent := &kyc.Consent{
		Ref: ref, State: toState(answer.Data.Status), TraceID: answer.TransactionID, Raw: c.Raw(),
	}
	if list := answer.Data.DocumentsConsented; list != nil && consent.State == kyc.Granted {
		consent.Granted = []kyc.Document{}
		for _, word := range *list {
			consent.Granted = append(consent.Granted, toDocument(word))
		}
	}
	consent.Unread = c.Unread()
	return consent
}

// toAccountState is "" where nobody says, which the bool of an answer does not tell from false.
func toAccountState(c *call.Call, answer *quickoapi.VerifyUserAccountAnswer) kyc.AccountState {
	if answer.Data.UserExists {
		return kyc.AccountExists
	}
	said, _ := call.Decode[struct { // what answer was read from
		Data struct {
			UserExists *bool `json:"user_exists"`
		} `json:"data"`
	}](c, "", c.Body())
	if said.Data.UserExists == nil {
		return ""
	}
	return kyc.AccountNotFound
}

// toRecord takes of several files the XML, which alone can be verified (SB-D34), else the first, of those whose link
// can be followed; the link of any other is told by Unread. Without a link there is nothing to take.
func toRecord(c *call.Call, doc kyc.Document, answer *quickoapi.DocumentAnswer) (*kyc.Record, error) {
	files := answer.Data.Files
	if len(files) == 0 {
		return nil, c.Missing("data.files")
	}
	i, in := 0, []string{} // where each stands
	for j, place := range c.Places("data.files", len(files)) {
		in = append(in, "data.files."+strconv.Itoa(place)+".")
		if rank(files[j]) > rank(files[i]) {
			i = j
		}
	}
	link := call.Link(files[i].URL)
	if link.IsZero() {
		return nil, c.Missing(in[i] + "url")
	}
	for j, f := range files {
		if call.Link(f.URL).IsZero() {
			c.Lose(in[j] + "url")
		}
	}
	record := &kyc.Record{
		Document: doc, Unopened: true, Raw: c.Raw(),
		File: &kyc.File{Link: link, Format: toFormat(files[i])},
	}
	if record.File.Format == "" {
		c.Lose(in[i] + "metadata.ContentType")
	}
	record.GeneratedAt = millis(&answer.Timestamp)
	if said := call.Integer(&answer.Timestamp); answer.Timestamp != "" && said != "0" && record.GeneratedAt.IsZero() {
		c.Lose("timestamp")
	}
	record.File.ExpiresAt = linkEnd(link, record.GeneratedAt)
	record.Unread = c.Unread()
	return record, nil
}

// rank says which of several files is to be taken: the first of the highest.
func rank(f quickoapi.File) (n int) {
	if !call.Link(f.URL).IsZero() {
		n = 2
	}
	if toFormat(f) == xml {
		n++
	}
	return n
}

// xml is the format of each file in the examples.
const xml = "xml"

// formats are what Quicko says that its files can be; as no example has another than XML, both ways to write that one
// are known (SB-D34).
var formats = map[string]string{
	"application/xml": xml, "text/xml": xml, "application/pdf": "pdf", "image/jpeg": "jpeg",
}

// toFormat is "" for what nobody documented.
func toFormat(f quickoapi.File) string {
	kind, _, _ := mime.ParseMediaType(f.Metadata.ContentType)
	return formats[kind]
}

// longestLink is the longest life that AWS gives a link that was signed.
const longestLink = 7 * 24 * time.Hour

// linkEnd is when a link to S3 ends, by what AWS has in it: X-Amz-Date and X-Amz-Expires, in seconds. It is zero for
// another link, for one that ends in no year that JSON can hold, and for one that was not made within a day of the
// answer, where that says its time: a placeholder.
// Source: AWS Signature Version 4, authenticating requests by query parameters.
func linkEnd(link kyc.Private, answered time.Time) time.Time {
	u, err := url.Parse(link.Reveal())
	if err != nil {
		return time.Time{}
	}
	query := u.Query() // what cannot be read is left out
	made, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	seconds, odd := strconv.ParseUint(query.Get("X-Amz-Expires"), 10, 32)
	life := time.Duration(seconds) * time.Second
	switch {
	case err != nil || odd != nil || life == 0 || life > longestLink:
		return time.Time{}
	case !answered.IsZero() && answered.Sub(made).Abs() > 24*time.Hour:
		return time.Time{}
	}
	return call.InJSON(made.Add(life))
}

// millis is a time stamp of Quicko's, in milliseconds (SB-D25); zero if there is none that JSON can hold.
func millis(n *json.Number) time.Time {
	ms, err := strconv.ParseInt(call.Integer(n), 10, 64)
	if err != nil || ms <= 0 {
		return time.Time{}
	}
	return call.InJSON(time.UnixMilli(ms).UTC())
}

// toReturn takes no state from an address, as anyone can write one, and Status tells a refusal (SB-D22). A code of
// OAuth's and its message are kept as a hint.
func toReturn(ref kyc.Ref, query url.Values) kyc.Return {
	r := kyc.Return{Ref: ref}
	if code := strings.ToLower(query.Get("error")); slices.Contains(oauth, code) {
		r.Code, r.Message = query.Get("error"), kyc.Hide(query.Get("error_description"))
	}
	return r
}

// oauth are the codes with which OAuth sends a user back (RFC 6749, 4.1.2.1).
var oauth = []string{
	"access_denied", "invalid_request", "invalid_scope", "server_error", "temporarily_unavailable",
	"unauthorized_client", "unsupported_response_type",
}
