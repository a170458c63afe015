package eko

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/papers"
)

// The credentials that the simulator takes. They are no secrets and open nothing
// else.
const (
	SimulatorDeveloperKey = "simulator-developer-key"
	SimulatorAccessKey    = "eko-simulator-secret-opens-nothing"
	SimulatorInitiatorID  = "9962981729" // published; so is that of the product page, which is taken too
	SimulatorUserCode     = "20810200"   // published; no request needs one
)

// behaviour refuses with HTTP 200, but for what concerns HTTP itself, of which no body is
// published.
var behaviour = simulator.Behaviour{
	Credentials: []simulator.Credential{
		{Name: "developer_key", Value: SimulatorDeveloperKey}, {Name: "access_key", Value: SimulatorAccessKey},
		{Name: "initiator_id", Value: SimulatorInitiatorID}, {Name: "user_code", Value: SimulatorUserCode},
	},
	Refuse:      refuse,
	Operations:  operations,
	Variants:    variants(),
	Unpublished: unpublished,
	Offers:      func(*simulator.Journey) []kyc.Document { return []kyc.Document{kyc.Aadhaar} },
	Back:        back,
	Curl: func(base string, now time.Time) []string {
		timestamp := strconv.FormatInt(now.UnixMilli(), 10)
		return []string{
			base + "/tools/kyc/digilocker", "-H", "developer_key: " + SimulatorDeveloperKey,
			"-H", "secret-key-timestamp: " + timestamp, "-H", "secret-key: " + signature(timestamp), "--json",
			`{"initiator_id":"` + SimulatorInitiatorID + `","document_requested":["AADHAAR"],` +
				`"redirect_url":"https://shop.example/back"}`,
		}
	},
}

var operations = map[string]func(*simulator.Exchange) simulator.Reply{
	"createURL":         createURL,
	"getStatus":         getStatus,
	"getDocument":       getDocument,
	"getDocumentLegacy": getDocumentLegacy,
}

// back is the query with which the user returns.
func back(_ *simulator.Service, j *simulator.Journey) string {
	name := "verification_id"
	if j.Variant == returnsCamel {
		name = "verificationId"
	}
	return name + "=" + url.QueryEscape(j.ID)
}

// signature is the secret-key of a request: keyed with the base64 text of the
// access key, not with its bytes.
func signature(timestamp string) string {
	mac := hmac.New(sha256.New, []byte(base64.StdEncoding.EncodeToString([]byte(SimulatorAccessKey))))
	mac.Write([]byte(timestamp))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// trusted says whether the credentials of a request are right.
func trusted(x *simulator.Exchange) bool {
	h := x.Request.Header
	timestamp := h.Get("secret-key-timestamp")
	ms, err := strconv.ParseInt(timestamp, 10, 64)
	return err == nil && x.Options().Now().Sub(time.UnixMilli(ms)).Abs() <= simulator.Skew &&
		h.Get("developer_key") == SimulatorDeveloperKey &&
		hmac.Equal([]byte(h.Get("secret-key")), []byte(signature(timestamp)))
}

func refuse(x *simulator.Exchange) *simulator.Reply {
	if !trusted(x) {
		return &simulator.Reply{Status: http.StatusForbidden}
	}
	if x.Operation.HasBody() {
		kind, _, err := mime.ParseMediaType(x.Request.Header.Get("Content-Type"))
		if err != nil || kind != "application/json" {
			return &simulator.Reply{Status: http.StatusUnsupportedMediaType}
		}
	}
	return nil
}

// initiators are those of Eko's published requests.
var initiators = []string{SimulatorInitiatorID, "9876543210"}

var references = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)

// maxClientRef is how many characters a client_ref_id can have.
const maxClientRef = 20

// member is one of the body: a text as it reads, anything else as its JSON, which of a number are
// its digits, as callers send some ids (EK-D3); "" if it is missing.
func member(x *simulator.Exchange, name string) string {
	if x.Missing(name) {
		return ""
	}
	if text := x.Body[name]; text[0] != '"' {
		return string(text)
	}
	return x.Text(name)
}

// inBody reads the members of that body.
func inBody(x *simulator.Exchange) func(string) string {
	return func(name string) string { return member(x, name) }
}

// wrongTypes are those members of the body that are neither text nor number, with what is wrong.
func wrongTypes(x *simulator.Exchange, names ...string) map[string]string {
	wrong := map[string]string{}
	for _, name := range names {
		if !x.Missing(name) && !strings.ContainsRune(`"-0123456789`, rune(x.Body[name][0])) {
			wrong[name] = "Must be a text"
		}
	}
	return wrong
}

// wrong is the answer to a request that is of another account, or whose parameters break a rule;
// nil: it is neither.
func wrong(x *simulator.Exchange, value func(string) string) *simulator.Reply {
	odd := wrongTypes(x, "initiator_id", "user_code", "client_ref_id", "name", "dob")
	if len(odd) > 0 {
		return invalidParams(x, odd)
	}
	initiator, user := value("initiator_id"), value("user_code")
	var r simulator.Reply
	switch {
	case initiator != "" && !slices.Contains(initiators, initiator):
		r = invalidInitiator.refusal(x)
	case user != "" && user != SimulatorUserCode:
		r = notOnboarded.refusal(x)
	default:
		return invalid(x, value)
	}
	return &r
}

// isMissing is what is wrong of a member that is missing or empty.
const isMissing = "Is missing"

// invalid is the answer to parameters that break a rule: the members of the
// caller, with what is wrong of each; nil if none does. Eko's sample names two
// that belong to another of its operations; a caller who sends them gets it.
func invalid(x *simulator.Exchange, value func(string) string) *simulator.Reply {
	wrong := map[string]string{}
	if value("initiator_id") == "" {
		wrong["initiator_id"] = isMissing
	}
	if len(value("client_ref_id")) > maxClientRef {
		wrong["client_ref_id"] = "Client_ref_id too long"
	}
	if len(value("name")) > 50 {
		wrong["name"] = "Name too long"
	}
	if born, err := time.Parse("02-01-2006", value("dob")); err == nil && born.AddDate(18, 0, 0).After(x.Now) {
		wrong["dob"] = "Must be over 18 years"
	}
	if len(wrong) == 0 {
		return nil
	}
	return invalidParams(x, wrong)
}

func invalidParams(x *simulator.Exchange, wrong map[string]string) *simulator.Reply {
	list, _ := json.Marshal(wrong) // texts always have JSON
	r := x.Borrow("createURL/200/invalid-parameters", 0)
	r.Put = simulator.Values{"/invalid_params": list}
	return &r
}

// aadhaarOnly says whether the member of the body is a list of AADHAAR, or absent:
// it is "required" and "defaults to" that (EK-D7). One text stands for a list, as
// real callers send it (EK-D5).
func aadhaarOnly(x *simulator.Exchange, member string) bool {
	list, ok := x.Texts(member)
	if !ok {
		list = []string{x.Text(member)}
	}
	return x.Missing(member) || len(list) == 1 && list[0] == "AADHAAR"
}

func createURL(x *simulator.Exchange) simulator.Reply {
	if r := wrong(x, inBody(x)); r != nil {
		return *r
	}
	if !aadhaarOnly(x, "document_requested") {
		return *invalidParams(x, map[string]string{"document_requested": "Must be AADHAAR"})
	}
	redirect := x.Text("redirect_url")
	if !simulator.WebAddress(redirect) {
		return x.Say(nil, "200/invalid-redirect-url-format")
	}
	j := x.Start(verificationID(x), redirect, []kyc.Document{kyc.Aadhaar}, "")
	put := simulator.Values{
		"/data/reference_id": simulator.Integer(j.Reference), "/data/url": simulator.Quote(j.ConsentURL()),
		"/data/redirect_url": simulator.Quote(redirect), "/data/document_requested": simulator.QuoteAll([]string{"AADHAAR"}),
	}
	r := x.Say(put, "200/success", "200/success-in-l", "200/success-on-the-product-page")
	if strings.Contains(r.Example.Text("/data/redirect_url"), "verification_id=") { // EK-D24
		put["/data/redirect_url"] = simulator.Quote(j.ReturnTo(back(x.Service, j)))
	}
	return r
}

// verificationID is a journey's second id. It is never its reference_id, nor that of another
// journey: seen in public integrator code, not published, where the samples of L show one number
// for both (EK-D33).
func verificationID(x *simulator.Exchange) string {
	return strconv.FormatInt(3_564_000_000+x.Number(), 10)
}

// find is the journey with that reference_id, nil if there is none or it has
// expired: the two have one answer.
func find(x *simulator.Exchange, reference string) *simulator.Journey {
	if !references.MatchString(reference) {
		return nil
	}
	number, _ := strconv.ParseInt(reference, 10, 64) // of up to 18 digits
	j := x.FindReference(number)
	if j == nil || j.State == simulator.LinkExpired || j.State == simulator.ConsentExpired ||
		j.State == simulator.Denied && x.Now.Sub(j.Created) > simulator.LinkLife {
		return nil
	}
	return j
}

func getStatus(x *simulator.Exchange) simulator.Reply {
	if r := wrong(x, x.Query.Get); r != nil {
		return *r
	}
	j := find(x, x.Query.Get("reference_id"))
	if j == nil {
		return x.Say(nil, "200/invalid-or-expired-reference-id")
	}
	person := j.Person
	if person == nil {
		return x.Say(nil, "200/consent-flow-not-yet-completed-by-user")
	}
	put := simulator.Values{}
	r := x.Say(put, "200/success", "200/success-in-l")
	legacy := r.Example.Text("/data/document_consent/0") == "Y" // EK-D8, EK-D21
	if person.Aadhaar == "" {
		put["/data/user_details/eaadhaar"] = simulator.Quote("N")
	}
	if len(j.Shared) == 0 {
		put["/data/document_consent"] = []byte("[]")
	}
	if !person.Published {
		put.Texts("/data/user_details/", map[string]string{
			"name": person.Name, "mobile": person.Mobile[:2] + "XXXXXXXX", "dob": person.Birth, "gender": person.Gender,
		})
		if legacy {
			put.Texts("/data/user_details/", map[string]string{
				"mobile": person.Mobile, "dob": isoDate(person.Birth), "gender": papers.Gender(person.Gender),
			})
		}
	}
	return r
}

// isoDate turns DD-MM-YYYY round; a year stays one.
func isoDate(date string) string {
	parts := strings.Split(date, "-")
	slices.Reverse(parts)
	return strings.Join(parts, "-")
}

// wrongSecond is the answer to a verification_id that is not the journey's; nil: it is.
func wrongSecond(x *simulator.Exchange, j *simulator.Journey) *simulator.Reply {
	const name = "verification_id"
	problems := wrongTypes(x, name)
	second := member(x, name)
	if second == "" {
		problems[name] = isMissing
	}
	if len(problems) > 0 {
		return invalidParams(x, problems)
	}
	if second != j.ID {
		r := x.Say(nil, "200/invalid-reference-id")
		return &r
	}
	return nil
}

func getDocument(x *simulator.Exchange) simulator.Reply {
	if r := wrong(x, inBody(x)); r != nil {
		return *r
	}
	if !aadhaarOnly(x, "document_type") {
		return *invalidParams(x, map[string]string{"document_type": "Must be AADHAAR"})
	}
	j := find(x, member(x, "reference_id"))
	if j == nil {
		return x.Say(nil, "200/invalid-reference-id")
	}
	// Nobody can know the second id before the user is back with it (EK-D2), and yet the pending
	// answer is published: until then it is not looked at.
	if j.State != simulator.Pending {
		if r := wrongSecond(x, j); r != nil {
			return *r
		}
	}
	if !j.Has(kyc.Aadhaar) {
		return x.Say(nil, "200/customer-has-not-completed-digilocker-authorisation-yet")
	}
	if j.Person.Published {
		return x.Say(nil, "200/success")
	}
	put := simulator.Values{}
	a := j.Person.EAadhaar()
	put.Texts("/data/documents/0/", map[string]string{
		"name": a.Name, "dob": a.Birth, "gender": a.Gender, "masked_aadhaar": "XXXX-XXXX-" + papers.LastFour(a.UID),
		"photo": a.Photo,
	})
	put.Texts("/data/documents/0/address/", map[string]string{
		"house": a.House, "street": a.Street, "village_or_city": a.City, "district": a.District,
		"state": a.State, "pincode": a.PIN,
	})
	return x.Say(put, "200/success")
}

// getDocumentLegacy is the older form. It has the errors of getDocument, as its own are not
// published.
func getDocumentLegacy(x *simulator.Exchange) simulator.Reply {
	if r := wrong(x, x.Query.Get); r != nil {
		return *r
	}
	if x.Request.PathValue("document_type") != "AADHAAR" {
		return *invalidParams(x, map[string]string{"document_type": "Must be AADHAAR"})
	}
	j := find(x, x.Query.Get("reference_id"))
	if j == nil {
		return x.Borrow("getDocument/200/invalid-reference-id", 0)
	}
	if !j.Has(kyc.Aadhaar) {
		return x.Borrow("getDocument/200/customer-has-not-completed-digilocker-authorisation-yet", 0)
	}
	put := simulator.Values{"/data/reference_id": simulator.Integer(j.Reference)}
	if !j.Person.Published {
		putFlat(put, j.Person.EAadhaar())
	}
	return x.Say(put, "200/success")
}

// putFlat has the number unmasked, as its sample does; the person's is invented.
func putFlat(put simulator.Values, a papers.Aadhaar) {
	put.Texts("/data/", map[string]string{
		"name": a.Name, "dob": isoDate(a.Birth), "gender": papers.Gender(a.Gender), "care_of": a.CareOf, "uid": a.UID,
		"photo_link": a.Photo,
	})
	put.Texts("/data/split_address/", map[string]string{
		"house": a.House, "street": a.Street, "landmark": a.Landmark, "vtc": a.City, "po": a.PostOffice,
		"subdist": a.SubDistrict, "dist": a.District, "state": a.State, "pincode": a.PIN, "country": a.Country,
	})
}
