package redact

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// stays is the kind of ids and of names that are no person's: only secrets that are
// known are looked for in them.
var stays = &rule{}

// named are the kinds of members, attributes and parameters, by their name in plain
// form or by that of their parent too, which goes first. They are words that any provider
// may use; what only one calls so is in Options.Names.
var named = func() map[string]*rule {
	all := map[string]*rule{}
	for kind, names := range map[*rule]string{
		aadhaar:    "aadhaar aadhar aadhaarnumber aadhaarno uid uidnumber maskedaadhaar vid",
		pan:        "pan pannumber panno",
		licence:    "dlnumber dlno licencenumber licensenumber drivinglicence drivinglicense",
		mobile:     "mobile mobilenumber mobileno phone phonenumber phoneno",
		email:      "email emailid mail",
		pin:        "pin pincode pc postalcode zip zipcode",
		birth:      "dob dateofbirth birthdate birthday yob yearofbirth",
		file:       "photo photolink pht image qrmeta prn doccontent datacontent filecontent",
		signature:  "signature xwebhooksignature signaturevalue digestvalue x509certificate hash hmac",
		credential: "clientid xclientid clientsecret xclientsecret secret secretkey accesskey apikey password token accesstoken refreshtoken idtoken authorization tkn uidtoken sharecode otp sessionid",
		name: "name nameonpan nameoncard fullname firstname middlename lastname surname fathername mothername spousename guardianname" +
			" careof co swd aadhaarname dlconcatename dlnatname localname",
		address: "address presentaddress permanentaddress fulladdress house street landmark lm loc locality vtc subdist subdistrict dist district" +
			" po postoffice village city line1 line2 address/state splitaddress/state address2/state poa/state ldata/state",
		digiLockerID: "digilockerid",
		number:       "parameters/value certificate/number certificate/prevnumber pan/num poi/m poi/e kycres/code offlinepaperlesskyc/referenceid",
		stays: "id parameters/name certificate/name organization/name organization/uid" +
			" organisation/name issuer/name issuers/name issuedby/name department/name authority/name" +
			" type/name types/name doctype/name documenttype/name documenttypes/name category/name scope/name scopes/name",
	} {
		for _, n := range strings.Fields(names) {
			all[n] = kind
		}
	}
	return all
}()

var (
	// refusals are members whose own members say what is wrong with one of that name.
	refusals = regexp.MustCompile(`^(invalidparams|invalidparameters|errors?)$`)
	ids      = regexp.MustCompile(`([a-z_-]ID|[a-z]Id|[_-]id)$|^(txn|ts|ttl)$`)
	// secretQuery are parameters of a URL that let in whoever has them.
	secretQuery = regexp.MustCompile(`token|secret|sig$|signature|key|password|session|credential|policy|otp|hash|auth|^(short)?code$`)
)

// prose reports whether a text says something, and is no value: it has a word in small
// letters, or is one word without a digit, such as Required.
func prose(s string) bool {
	words := strings.Fields(s)
	return len(words) < 2 && !strings.ContainsAny(s, "0123456789") ||
		slices.ContainsFunc(words, func(w string) bool { c, _ := utf8.DecodeRuneInString(w); return unicode.IsLower(c) })
}

var separators = strings.NewReplacer("_", "", "-", "", " ", "")

func plain(name string) string { return strings.ToLower(separators.Replace(name)) }

// kindOf is the kind of a member below parent; nil if the name says nothing.
func (r *Redactor) kindOf(parent, member string) *rule {
	parent, short := plain(parent), plain(member)
	if refusals.MatchString(parent) {
		return nil
	}
	if kind := cmp.Or(r.names[parent+"/"+short], r.names[short]); kind != nil {
		return kind
	}
	if kind := named[parent+"/"+short]; kind != nil {
		return kind
	}
	if kind := named[short]; kind != nil {
		return kind
	}
	if ids.MatchString(member) {
		return stays
	}
	return nil
}

// header says what becomes of a header: its value goes through a rule or, as any
// other text, stays; a header that is not here is left out.
var header = func() map[string]*rule {
	all := map[string]*rule{}
	for kind, names := range map[*rule]string{
		stays: "Content-Type Content-Encoding Accept Location Prefer Retry-After X-Api-Version " +
			"X-Ratelimit-Limit X-Ratelimit-Remaining X-Ratelimit-Reset " +
			"Ratelimit-Limit Ratelimit-Remaining Ratelimit-Reset",
		credential: "Authorization Cookie X-Api-Key X-Client-Id X-Client-Secret Secret-Key",
		signature:  "X-Webhook-Signature X-Webhook-Timestamp Hmac",
	} {
		for _, n := range strings.Fields(names) {
			all[n] = kind
		}
	}
	return all
}()

// What has these words alone, and a paper among them, is a document, its issuer or a file, and no
// person: a document's name stands in members called name too.
var (
	papers = regexp.MustCompile(`(?i)^(?:aadhaa?r|adhar|pancr|pan|drvlc|licence|license|passport|certificate|documents?|` +
		`marksheet|photo|image|file|card|kyc|uidai|digilocker|verification|record|department|ministry|authority|government)+$`)
	ofPapers = regexp.MustCompile(`(?i)^(?:e|of|and|the|my|driving|driver|voter|id|identity|income|tax|india|unique|` +
		`identification|transport|road|highways|birth|caste|domicile|ration|vehicle|registration|class|x|xii|copy|signed|` +
		`front|back|number|proof|address|xml|pdf)$`)
	letter = regexp.MustCompile(`[\p{L}\p{M}]+`)
	// ending is that of a file, which stays of its name.
	ending = regexp.MustCompile(`(?i)\.(?:pdf|xml|json|zip|png|jpe?g|txt|csv|docx?)$`)
)

// cutEnding cuts the ending off the name of a file.
func cutEnding(s string) (stem, tail string) {
	tail = ending.FindString(s)
	return strings.TrimSuffix(s, tail), tail
}

// isPaper says whether s names a document, its issuer or a file of such a name.
func isPaper(s string) bool {
	paper := false
	stem, _ := cutEnding(s)
	for _, w := range letter.FindAllString(stem, -1) {
		if papers.MatchString(w) {
			paper = true
		} else if !ofPapers.MatchString(w) {
			return false
		}
	}
	return paper
}
