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
	SimulatorInitiatorID  = "9962981729" // published; any ten digits will do
)

// behaviour refuses with HTTP 200, but for what concerns HTTP itself, of which no body is
// published. A journey that was refused stays pending until it expires: Eko has no
// word for a refusal.
var behaviour = simulator.Behaviour{
	Credentials: []simulator.Credential{
		{Name: "developer_key", Value: SimulatorDeveloperKey}, {Name: "access_key", Value: SimulatorAccessKey},
		{Name: "initiator_id", Value: SimulatorInitiatorID},
	},
	Refuse: refuse,
	Operations: map[string]func(*simulator.Exchange) simulator.Reply{
		"createURL":         createURL,
		"getStatus":         getStatus,
		"getDocument":       getDocument,
		"getDocumentLegacy": getDocumentLegacy,
	},
	Offers: func(*simulator.Journey) []kyc.Document { return []kyc.Document{kyc.Aadhaar} },
	Back:   back,
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

// back is the query with which the user returns.
func back(_ *simulator.Service, j *simulator.Journey) string {
	return "verification_id=" + url.QueryEscape(j.ID)
}

// signature is the secret-key of a request: keyed with the base64 text of the
// access key, not with its bytes.
func signature(timestamp string) string {
	mac := hmac.New(sha256.New, []byte(base64.StdEncoding.EncodeToString([]byte(SimulatorAccessKey))))
	mac.Write([]byte(timestamp))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func refuse(x *simulator.Exchange) *simulator.Reply {
	h := x.Request.Header
	timestamp := h.Get("secret-key-timestamp")
	ms, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || x.Options().Now().Sub(time.UnixMilli(ms)).Abs() > simulator.Skew ||
		h.Get("developer_key") != SimulatorDeveloperKey ||
		!hmac.Equal([]byte(h.Get("secret-key")), []byte(signature(timestamp))) {
		return &simulator.Reply{Status: http.StatusForbidden}
	}
	if x.Operation.HasBody() {
		if kind, _, err := mime.ParseMediaType(h.Get("Content-Type")); err != nil || kind != "application/json" {
			return &simulator.Reply{Status: http.StatusUnsupportedMediaType}
		}
	}
	return nil
}

var (
	initiators = regexp.MustCompile(`^[0-9]{10}$`)
	references = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)
)

// invalid is the answer to parameters that break a rule: the members of the
// caller, with what is wrong of each; nil if none does. Eko's sample names two
// that belong to another of its operations; a caller who sends them gets it.
func invalid(x *simulator.Exchange, value func(string) string) *simulator.Reply {
	wrong := map[string]string{}
	if !initiators.MatchString(value("initiator_id")) {
		wrong["initiator_id"] = "Must be ten digits"
	}
	if len(value("client_ref_id")) > 20 {
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
	if wrong := invalid(x, x.Text); wrong != nil {
		return *wrong
	}
	if !aadhaarOnly(x, "document_requested") {
		return *invalidParams(x, map[string]string{"document_requested": "Must be AADHAAR"})
	}
	redirect := x.Text("redirect_url")
	if !simulator.WebAddress(redirect) {
		return x.Say(nil, "200/invalid-redirect-url-format")
	}
	j := x.Start("", redirect, []kyc.Document{kyc.Aadhaar}, "")
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

// find is the journey with that reference_id, nil if there is none or it has
// expired: the two have one answer.
func find(x *simulator.Exchange, reference string) *simulator.Journey {
	if !references.MatchString(reference) {
		return nil
	}
	j := x.Find(reference)
	if j == nil || j.State == simulator.LinkExpired || j.State == simulator.ConsentExpired ||
		j.State == simulator.Denied && x.Now.Sub(j.Created) > simulator.LinkLife {
		return nil
	}
	return j
}

func getStatus(x *simulator.Exchange) simulator.Reply {
	if wrong := invalid(x, x.Query.Get); wrong != nil {
		return *wrong
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

func getDocument(x *simulator.Exchange) simulator.Reply {
	if wrong := invalid(x, x.Text); wrong != nil {
		return *wrong
	}
	if !aadhaarOnly(x, "document_type") {
		return *invalidParams(x, map[string]string{"document_type": "Must be AADHAAR"})
	}
	reference := x.Text("reference_id")
	if reference == "" {
		reference = string(x.Body["reference_id"]) // integrators send a number (EK-D3)
	}
	j := find(x, reference)
	if j == nil || x.Text("verification_id") != j.ID {
		return x.Say(nil, "200/invalid-reference-id")
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

// getDocumentLegacy is the older form. Its errors are not published and have
// those of getDocument.
func getDocumentLegacy(x *simulator.Exchange) simulator.Reply {
	if wrong := invalid(x, x.Query.Get); wrong != nil {
		return *wrong
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
