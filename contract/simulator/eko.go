package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator/internal/papers"
)

// eko refuses with HTTP 200, but for what concerns HTTP itself, of which no body is
// published. A journey that was refused stays pending until it expires: Eko has no
// word for a refusal.
var eko = behaviour{
	title:       "Eko",
	credentials: []credential{{"developer_key", EkoDeveloperKey}, {"access_key", EkoAccessKey}, {"initiator_id", EkoInitiatorID}},
	refuse:      ekoRefuses,
	operations: map[string]func(*exchange) reply{
		"createURL":         ekoCreateURL,
		"getStatus":         ekoGetStatus,
		"getDocument":       ekoGetDocument,
		"getDocumentLegacy": ekoGetDocumentLegacy,
	},
	offers: func(*journey) []kyc.Document { return []kyc.Document{kyc.Aadhaar} },
	back:   func(_ *provider, j *journey) string { return "verification_id=" + url.QueryEscape(j.id) },
	curl: func(base string, now time.Time) []string {
		timestamp := strconv.FormatInt(now.UnixMilli(), 10)
		return []string{
			base + "/eko/tools/kyc/digilocker", "-H", "developer_key: " + EkoDeveloperKey, "-H", "secret-key-timestamp: " + timestamp,
			"-H", "secret-key: " + ekoSignature(timestamp), "--json",
			`{"initiator_id":"` + EkoInitiatorID + `","document_requested":["AADHAAR"],"redirect_url":"https://shop.example/back"}`,
		}
	},
}

// ekoSignature is the secret-key of a request: keyed with the base64 text of the
// access key, not with its bytes.
func ekoSignature(timestamp string) string {
	mac := hmac.New(sha256.New, []byte(base64.StdEncoding.EncodeToString([]byte(EkoAccessKey))))
	mac.Write([]byte(timestamp))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func ekoRefuses(x *exchange) *reply {
	timestamp := x.r.Header.Get("secret-key-timestamp")
	ms, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || x.sim.opts.Now().Sub(time.UnixMilli(ms)).Abs() > Skew || x.r.Header.Get("developer_key") != EkoDeveloperKey ||
		!hmac.Equal([]byte(x.r.Header.Get("secret-key")), []byte(ekoSignature(timestamp))) {
		return &reply{status: http.StatusForbidden}
	}
	if x.op.HasBody() {
		if kind, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			return &reply{status: http.StatusUnsupportedMediaType}
		}
	}
	return nil
}

var (
	ekoInitiators = regexp.MustCompile(`^[0-9]{10}$`)
	ekoReferences = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)
)

// ekoInvalid is the answer to parameters that break a rule: the members of the
// caller, with what is wrong of each; nil if none does. Eko's sample names two
// that belong to another of its operations; a caller who sends them gets it.
func ekoInvalid(x *exchange, value func(string) string) *reply {
	wrong := map[string]string{}
	if !ekoInitiators.MatchString(value("initiator_id")) {
		wrong["initiator_id"] = "Must be ten digits"
	}
	if len(value("client_ref_id")) > 20 {
		wrong["client_ref_id"] = "Client_ref_id too long"
	}
	if len(value("name")) > 50 {
		wrong["name"] = "Name too long"
	}
	if born, err := time.Parse("02-01-2006", value("dob")); err == nil && born.AddDate(18, 0, 0).After(x.now) {
		wrong["dob"] = "Must be over 18 years"
	}
	if len(wrong) == 0 {
		return nil
	}
	return ekoWrong(x, wrong)
}

func ekoWrong(x *exchange, wrong map[string]string) *reply {
	list, _ := marshal(wrong) // texts always have JSON
	r := x.borrow("createURL/200/invalid-parameters", 0)
	r.put = values{"/invalid_params": list}
	return &r
}

// aadhaarOnly says whether the member of the body is a list of AADHAAR, or absent:
// it is "required" and "defaults to" that (EK-D7). One text stands for a list, as
// real callers send it (EK-D5).
func aadhaarOnly(x *exchange, member string) bool {
	list, ok := x.texts(member)
	if !ok {
		list = []string{x.text(member)}
	}
	return x.missing(member) || len(list) == 1 && list[0] == "AADHAAR"
}

func ekoCreateURL(x *exchange) reply {
	if wrong := ekoInvalid(x, x.text); wrong != nil {
		return *wrong
	}
	if !aadhaarOnly(x, "document_requested") {
		return *ekoWrong(x, map[string]string{"document_requested": "Must be AADHAAR"})
	}
	redirect := x.text("redirect_url")
	if !webAddress(redirect) {
		return x.say(nil, "200/invalid-redirect-url-format")
	}
	j := x.start("", redirect, []kyc.Document{kyc.Aadhaar}, "")
	put := values{
		"/data/reference_id": integer(j.reference), "/data/url": quote(j.consentURL()), "/data/redirect_url": quote(redirect),
		"/data/document_requested": quoteAll([]string{"AADHAAR"}),
	}
	r := x.say(put, "200/success", "200/success-in-l", "200/success-on-the-product-page")
	if strings.Contains(r.answer.at("/data/redirect_url"), "verification_id=") { // EK-D24
		put["/data/redirect_url"] = quote(j.returnTo(x.back(x.provider, j)))
	}
	return r
}

// ekoFinds is the journey with that reference_id, nil if there is none or it has
// expired: the two have one answer.
func ekoFinds(x *exchange, reference string) *journey {
	if !ekoReferences.MatchString(reference) {
		return nil
	}
	j := x.store.find(reference)
	if j == nil {
		return nil
	}
	j = j.snapshot()
	if how := j.is(x.now); how == unused || how == lapsed || how == denied && x.now.Sub(j.created) > LinkLife {
		return nil
	}
	return j
}

func ekoGetStatus(x *exchange) reply {
	if wrong := ekoInvalid(x, x.query.Get); wrong != nil {
		return *wrong
	}
	j := ekoFinds(x, x.query.Get("reference_id"))
	if j == nil {
		return x.say(nil, "200/invalid-or-expired-reference-id")
	}
	person, shared, _ := j.consent()
	if person == nil {
		return x.say(nil, "200/consent-flow-not-yet-completed-by-user")
	}
	put := values{}
	r := x.say(put, "200/success", "200/success-in-l")
	legacy := r.answer.at("/data/document_consent/0") == "Y" // EK-D8, EK-D21
	if person.Aadhaar == "" {
		put["/data/user_details/eaadhaar"] = quote("N")
	}
	if len(shared) == 0 {
		put["/data/document_consent"] = []byte("[]")
	}
	if !person.published {
		put["/data/user_details/name"], put["/data/user_details/mobile"] = quote(person.Name), quote(person.Mobile[:2]+"XXXXXXXX")
		put["/data/user_details/dob"], put["/data/user_details/gender"] = quote(person.birth), quote(person.gender)
		if legacy {
			put["/data/user_details/mobile"] = quote(person.Mobile)
			put["/data/user_details/dob"], put["/data/user_details/gender"] = quote(isoDate(person.birth)), quote(genders[person.gender])
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

func ekoGetDocument(x *exchange) reply {
	if wrong := ekoInvalid(x, x.text); wrong != nil {
		return *wrong
	}
	if !aadhaarOnly(x, "document_type") {
		return *ekoWrong(x, map[string]string{"document_type": "Must be AADHAAR"})
	}
	reference := x.text("reference_id")
	if reference == "" {
		reference = string(x.body["reference_id"]) // integrators send a number (EK-D3)
	}
	j := ekoFinds(x, reference)
	if j == nil || x.text("verification_id") != j.id {
		return x.say(nil, "200/invalid-reference-id")
	}
	person, _, _ := j.consent()
	if !j.has(kyc.Aadhaar) {
		return x.say(nil, "200/customer-has-not-completed-digilocker-authorisation-yet")
	}
	if person.published {
		return x.say(nil, "200/success")
	}
	put := values{}
	a := person.eAadhaar()
	for member, text := range map[string]string{
		"name": a.Name, "dob": a.Birth, "gender": a.Gender, "masked_aadhaar": "XXXX-XXXX-" + lastFour(a.UID), "photo": a.Photo,
		"address/house": a.House, "address/street": a.Street, "address/village_or_city": a.City, "address/district": a.District,
		"address/state": a.State, "address/pincode": a.PIN,
	} {
		put["/data/documents/0/"+member] = quote(text)
	}
	return x.say(put, "200/success")
}

// ekoGetDocumentLegacy is the older form. Its errors are not published and have
// those of getDocument.
func ekoGetDocumentLegacy(x *exchange) reply {
	if wrong := ekoInvalid(x, x.query.Get); wrong != nil {
		return *wrong
	}
	if x.r.PathValue("document_type") != "AADHAAR" {
		return *ekoWrong(x, map[string]string{"document_type": "Must be AADHAAR"})
	}
	j := ekoFinds(x, x.query.Get("reference_id"))
	if j == nil {
		return x.borrow("getDocument/200/invalid-reference-id", 0)
	}
	if !j.has(kyc.Aadhaar) {
		return x.borrow("getDocument/200/customer-has-not-completed-digilocker-authorisation-yet", 0)
	}
	put := values{"/data/reference_id": integer(j.reference)}
	if person, _, _ := j.consent(); !person.published {
		ekoFlat(put, person.eAadhaar())
	}
	return x.say(put, "200/success")
}

// ekoFlat has the number unmasked, as its sample does; the person's is invented.
func ekoFlat(put values, a papers.Aadhaar) {
	for member, text := range map[string]string{
		"name": a.Name, "dob": isoDate(a.Birth), "gender": genders[a.Gender], "care_of": a.CareOf, "uid": a.UID, "photo_link": a.Photo,
		"split_address/house": a.House, "split_address/street": a.Street, "split_address/landmark": a.Landmark, "split_address/vtc": a.City,
		"split_address/po": a.PostOffice, "split_address/subdist": a.SubDistrict, "split_address/dist": a.District,
		"split_address/state": a.State, "split_address/pincode": a.PIN, "split_address/country": a.Country,
	} {
		put["/data/"+member] = quote(text)
	}
}
