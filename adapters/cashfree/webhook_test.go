package cashfree_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/cashfreeapi"
)

// The published sample, byte for byte as the known answers have it.
const (
	timestamp          = "1746427759733"
	published          = `{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","event_time":"2006-01-02T15:04:05Z","version":"v1","data":{"user_details":{"name":"John Doe","dob":"02-02-1995","gender":"M","eaadhaar":"Y","mobile":"9999999999"},"status":"AUTHENTICATED","document_requested":["AADHAAR","PAN","DRIVING_LICENSE"],"document_consent":["AADHAAR","PAN","DRIVING_LICENSE"],"document_consent_validity":"2025-09-30T07:10:00Z","verification_id":"ABC00123","reference_id":12345}}`
	publishedSignature = "ko537zv0DdSOiJYexe7PS+n0bW148h1eQTZD4Sh+Q30="
	spacedSignature    = "wCP50gUUkemojoDcfulEKyGflbOkHzeN5a02IsbhLlY="
	flatSignature      = "MPfPlo7oomkRZEoK2nX/VZWw7rhGBuN+NJINM5k7R+A="
)

func headers(timestamp, signature string) http.Header {
	h := http.Header{}
	h.Set("x-webhook-timestamp", timestamp)
	h.Set("x-webhook-signature", signature)
	return h
}

// mac is the base64 that both schemes use, over text of our own.
func mac(key, text string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// flatBody is a webhook in the body scheme.
func flatBody(data, signature string) string {
	return fmt.Sprintf(`{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","event_time":"2006-01-02T15:04:05Z","data":%s,"signature":%q}`, data, signature)
}

var _ = Describe("A webhook in the header scheme", Label("CF-D22"), func() {
	signed := func(body string) http.Header { return headers(timestamp, mac(secret, timestamp+body)) }
	refusedWith := func(h http.Header, body, member string) {
		GinkgoHelper()
		event, err := offline().ParseWebhook(h, []byte(body))
		Expect(event).To(BeNil())
		refused(err, kyc.ErrInvalid, member, "John Doe", "9999999999")
	}

	It("is read if its signature is the known answer", func() {
		Expect(published).To(HaveLen(450))
		Expect(fmt.Sprintf("%x", sha256.Sum256([]byte(published)))).To(Equal("b0990b572b19b07e25b22ef4c6c0fccee7e1c9488c4358d9cd2e803b8ae25ce1"))
		body := []byte(published)
		event, err := offline().ParseWebhook(headers(timestamp, publishedSignature), body)
		Expect(err).NotTo(HaveOccurred())
		clear(body) // the event has its own
		Expect(event.Scheme).To(Equal(cashfree.SchemeHeader))
		Expect(event.Type).To(Equal("DIGILOCKER_VERIFICATION_SUCCESS"))
		Expect(event.At).To(Equal(time.Date(2006, 1, 2, 15, 4, 5, 0, time.UTC)))
		c := event.Consent
		Expect(c.Ref).To(Equal(kyc.Ref("ABC00123")))
		Expect(c.State).To(Equal(kyc.Granted))
		Expect(c.Granted).To(Equal([]kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}))
		Expect(c.ValidUntil).To(Equal(time.Date(2025, 9, 30, 7, 10, 0, 0, time.UTC)))
		Expect(c.User.Name.Reveal()).To(Equal("John Doe"))
		Expect(*c.EAadhaar).To(BeTrue())
		Expect(string(c.Raw.Bytes())).To(Equal(published))
		suite.Silent(event, "John Doe", "9999999999", "02-02-1995")
	})

	It("is not the same after being written anew", func() {
		spaced := respaced(published)
		Expect(spaced).To(HaveLen(483))
		refusedWith(headers(timestamp, publishedSignature), spaced, "X-Webhook-Signature")
		_, err := offline().ParseWebhook(headers(timestamp, spacedSignature), []byte(spaced))
		Expect(err).NotTo(HaveOccurred(), "it has a known answer of its own")
	})

	DescribeTable("cannot be verified", func(h http.Header) {
		refusedWith(h, published, "X-Webhook-Signature")
	},
		Entry("with another signature", headers(timestamp, spacedSignature)),
		Entry("at another time", headers("1746427759734", publishedSignature)),
		Entry("with an empty signature", headers(timestamp, "")),
		Entry("without base64's padding", headers(timestamp, strings.TrimRight(publishedSignature, "="))),
		Entry("in hexadecimal", headers(timestamp, fmt.Sprintf("%x", publishedSignature))),
		Entry("without a signature", http.Header{"X-Webhook-Timestamp": {timestamp}}),
		Entry("without a time", http.Header{"X-Webhook-Signature": {publishedSignature}}),
		Entry("with two signatures", http.Header{"X-Webhook-Timestamp": {timestamp}, "X-Webhook-Signature": {publishedSignature, publishedSignature}}),
		Entry("with two times", http.Header{"X-Webhook-Timestamp": {timestamp, timestamp}, "X-Webhook-Signature": {publishedSignature}}),
		Entry("with the key of nobody", headers(timestamp, mac("", timestamp+published))),
		Entry("with another's key", headers(timestamp, mac("somebody else's", timestamp+published))),
		Entry("with a time that is part of the body", headers(timestamp+" ", mac(secret, timestamp+" "+published))),
	)

	It("is not verified by its body if it has headers", func() {
		body := flatBody(`{"status":"AUTHENTICATED","verification_id":"ABC00123","reference_id":12345}`, flatSignature)
		refusedWith(headers(timestamp, "none"), body, "X-Webhook-Signature")
		refusedWith(http.Header{"X-Webhook-Timestamp": {timestamp}}, body, "X-Webhook-Signature")
	})

	DescribeTable("says what is wanted by the names that this package has", func(h http.Header, body, want string) {
		_, err := offline().ParseWebhook(h, []byte(body))
		refusal, is := errors.AsType[*kyc.Error](err)
		Expect(is).To(BeTrue())
		Expect(refusal.Want).To(Equal(want))
	},
		Entry("in the header scheme", headers(timestamp, "none"), published,
			"a signature of this body by a secret of WebhookSecrets, of a time within WebhookAge"),
		Entry("in the body scheme", nil, flatBody("{}", "none"),
			"a signature of this body by a secret of WebhookSecrets"),
		Entry("of the body itself", nil, "", "a JSON object without a member twice"),
	)

	DescribeTable("is verified with each key that may have signed", func(key string, accepted bool) {
		a := offline(func(c *cashfree.Credentials, _ *cashfree.Options) {
			c.WebhookSecrets = []kyc.Private{kyc.Hide("the_oldest_test_secret"), kyc.Hide("a_newer_test_secret")}
		})
		_, err := a.ParseWebhook(headers(timestamp, mac(key, timestamp+published)), []byte(published))
		Expect(err == nil).To(Equal(accepted))
	},
		Entry("the oldest", "the_oldest_test_secret", true),
		Entry("a newer one", "a_newer_test_secret", true),
		Entry("not the client secret, which is not among them", secret, false),
	)

	DescribeTable("may be limited in age", func(now time.Duration, limit time.Duration, accepted bool) {
		sent := time.UnixMilli(1746427759733)
		a := offline(func(_ *cashfree.Credentials, o *cashfree.Options) {
			o.WebhookAge, o.Now = limit, func() time.Time { return sent.Add(now) }
		})
		event, err := a.ParseWebhook(headers(timestamp, publishedSignature), []byte(published))
		Expect(err == nil).To(Equal(accepted))
		Expect(event != nil).To(Equal(accepted))
	},
		Entry("without a limit", 20*365*24*time.Hour, time.Duration(0), true),
		Entry("at the limit", 5*time.Minute, 5*time.Minute, true),
		Entry("beyond it", 5*time.Minute+time.Millisecond, 5*time.Minute, false),
		Entry("ahead of us, within it", -5*time.Minute, 5*time.Minute, true),
		Entry("ahead of us, beyond it", -5*time.Minute-time.Millisecond, 5*time.Minute, false),
	)

	It("is too old with a time that no clock has", func() {
		huge := strings.Repeat("9", 40)
		a := offline(func(_ *cashfree.Credentials, o *cashfree.Options) { o.WebhookAge = time.Hour })
		_, err := a.ParseWebhook(headers(huge, mac(secret, huge+published)), []byte(published))
		refused(err, kyc.ErrInvalid, "X-Webhook-Signature")
	})

	DescribeTable("is refused although signed, for its body", func(body string) {
		refusedWith(signed(body), body, "body")
	},
		Entry("of nothing", ""), Entry("that is no JSON", "John Doe"), Entry("that is no object", `["John Doe"]`), Entry("of null", `null`),
		Entry("cut off", published[:400]), Entry("with bytes after it", published+"x"), Entry("with another value after it", published+"{}"),
		Entry("with a member twice", strings.Replace(published, `"version"`, `"event_type"`, 1)),
		Entry("with a member twice, in another case", strings.Replace(published, `"version"`, `"Event_Type"`, 1)),
		Entry("with a member twice, escaped", strings.Replace(published, `"version"`, `"\u0065vent_type"`, 1)),
		Entry("with a member twice, in a letter that Go takes for another", strings.Replace(published, `"reference_id"`, `"\u017ftatus"`, 1)),
		Entry("with a member twice in its data", strings.Replace(published, `"reference_id":12345`, `"status":"PENDING"`, 1)),
		Entry("with a member twice within an array", `{"data":{"verification_id":"a"},"x":[[{"y":1,"y":2}]]}`),
	)

	DescribeTable("has a body of which more than that is undocumented", func(body, member string) {
		_, err := offline().ParseWebhook(signed(body), []byte(body))
		refused(err, kyc.ErrUnexpected, member, "John Doe")
	},
		Entry("without data", `{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS"}`, "data.verification_id"),
		Entry("with null data", `{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","data":null}`, "data.verification_id"),
		Entry("with data that is no object", `{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","data":["John Doe"]}`, "data.verification_id"),
		Entry("without an id", `{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","data":{"status":"AUTHENTICATED"}}`, "data.verification_id"),
		Entry("with an id that is none", `{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","data":{"verification_id":"../John Doe"}}`, "data.verification_id"),
		Entry("with an id of another type", `{"event_type":"DIGILOCKER_VERIFICATION_SUCCESS","data":{"verification_id":[7]}}`, "data.verification_id"),
	)

	DescribeTable("says what became of the journey", Label("CF-D14", "CF-D34"), func(event, status string, want kyc.State) {
		body := `{"event_type":"` + event + `","event_time":null,"data":{"verification_id":"ABC00123","status":` + status + `}}`
		got, err := offline().ParseWebhook(signed(body), []byte(body))
		Expect(err).NotTo(HaveOccurred())
		Expect(got.Type).To(Equal(event))
		Expect(got.At).To(BeZero())
		Expect(got.Consent.State).To(Equal(want))
	},
		Entry("granted, by its data", "DIGILOCKER_VERIFICATION_SUCCESS", `"AUTHENTICATED"`, kyc.Granted),
		Entry("granted only if its data says so", "DIGILOCKER_VERIFICATION_SUCCESS", `null`, kyc.State("")),
		Entry("link expired", "DIGILOCKER_VERIFICATION_LINK_EXPIRED", `"EXPIRED"`, kyc.Expired),
		Entry("denied, without a status", "DIGILOCKER_VERIFICATION_CONSENT_DENIED", `null`, kyc.Denied),
		Entry("consent expired, for which there is no status", "DIGILOCKER_VERIFICATION_CONSENT_EXPIRED", `"AUTHENTICATED"`, kyc.Expired),
		Entry("failed, which is no state", "DIGILOCKER_VERIFICATION_FAILURE", `"PENDING"`, kyc.Pending),
		Entry("an event that nobody documented", "DIGILOCKER_LUNCH", `"HALF_DONE"`, kyc.State("HALF_DONE")),
	)
})

var _ = Describe("A webhook in the body scheme", Label("CF-D22"), func() {
	const flat = `{"status":"AUTHENTICATED","verification_id":"ABC00123","reference_id":12345}`

	DescribeTable("takes the ids that a journey can be asked for by", func(id string, takes bool) {
		body := flatBody(`{"status":"PENDING","verification_id":"`+id+`"}`, mac(secret, "PENDING"+id))
		_, err := offline().ParseWebhook(nil, []byte(body))
		Expect(err == nil).To(Equal(takes))
		Expect(errors.Is(err, kyc.ErrInvalid)).To(Equal(!takes), "it is not verified")
		calls, stop := context.WithCancel(context.Background())
		stop() // what is asked for is not sent
		_, err = offline().Status(calls, kyc.Ref(id))
		Expect(errors.Is(err, kyc.ErrInvalid)).To(Equal(!takes))
	},
		Entry("of one character", "a", true), Entry("of each kind", "aZ09._-", true),
		Entry("of the longest", strings.Repeat("a", 50), true),
		Entry("but none", "", false), Entry("but no longer one", strings.Repeat("a", 51), false),
		Entry("but no other sign", "a b", false),
		Entry("but no other letter", "\u00e4", false), Entry("but no path", "../a", false),
	)

	It("is read if its signature is the known answer", func() {
		Expect(mac(secret, "12345AUTHENTICATEDABC00123")).To(Equal(flatSignature))
		event, err := offline().ParseWebhook(http.Header{}, []byte(flatBody(flat, flatSignature)))
		Expect(err).NotTo(HaveOccurred())
		Expect(event.Scheme).To(Equal(cashfree.SchemeBody))
		Expect(event.Consent).To(And(HaveField("Ref", kyc.Ref("ABC00123")), HaveField("State", kyc.Granted), HaveField("TraceID", "12345")))
		Expect(event.Type).To(BeEmpty(), "it is not signed")
		Expect(event.At).To(BeZero(), "it is not signed")
	})

	DescribeTable("is read with data", func(data, text string) {
		_, err := offline().ParseWebhook(nil, []byte(flatBody(data, mac(secret, text))))
		Expect(err).NotTo(HaveOccurred())
	},
		Entry("in any order", `{"verification_id":"ABC00123","reference_id":12345,"status":"AUTHENTICATED"}`, "12345AUTHENTICATEDABC00123"),
		Entry("without the reference", `{"verification_id":"ABC00123","status":"EXPIRED"}`, "EXPIREDABC00123"),
		Entry("with the end of consent", `{"document_consent_validity":"2025-09-30T07:10:00Z","status":"Expired","verification_id":"a"}`, "2025-09-30T07:10:00ZExpireda"),
		Entry("with the reference as text", `{"reference_id":"12345","status":"PENDING","verification_id":"a"}`, "12345PENDINGa"),
	)

	It("is read with each documented status, and with no other", func() {
		var body struct {
			Components struct {
				Schemas map[string]struct{ Properties map[string]yaml.Node }
			}
		}
		Expect(yaml.Unmarshal(cashfreeapi.OpenAPI, &body)).To(Succeed())
		var status struct {
			Enum []string
			Name string `yaml:"x-go-type-name"`
		}
		for _, schema := range body.Components.Schemas {
			member := schema.Properties["status"]
			if s := status; member.Decode(&s) == nil && s.Name == "JourneyStatus" {
				status = s
			}
		}
		Expect(len(status.Enum)).To(BeNumerically(">", 3))
		for _, word := range append(status.Enum, "CREATED") {
			data := `{"status":"` + word + `","verification_id":"ABC00123"}`
			_, err := offline().ParseWebhook(nil, []byte(flatBody(data, mac(secret, word+"ABC00123"))))
			Expect(err == nil).To(Equal(cashfreeapi.JourneyStatus(word).Valid()), word)
		}
	})

	DescribeTable("cannot be verified", func(data, text string) {
		event, err := offline().ParseWebhook(http.Header{}, []byte(flatBody(data, mac(secret, text))))
		Expect(event).To(BeNil())
		refused(err, kyc.ErrInvalid, "signature", "ABC00123")
	},
		Entry("of an id alone, which could hold a status", `{"verification_id":"12AUTHENTICATEDbob"}`, "12AUTHENTICATEDbob"),
		Entry("without a status between two ids", `{"reference_id":98,"verification_id":"12345"}`, "9812345"),
		Entry("without the caller's id", `{"reference_id":98,"status":"EXPIRED"}`, "98EXPIRED"),
		Entry("with another text", flat, "12345AUTHENTICATEDABC00124"),
		Entry("with its members in another order", flat, "AUTHENTICATEDABC0012312345"),
		Entry("with a member that nobody documented", `{"a":"12345","status":"AUTHENTICATED","verification_id":"ABC00123"}`, "12345AUTHENTICATEDABC00123"),
		Entry("with a member in another case", `{"Status":"AUTHENTICATED","verification_id":"ABC00123"}`, "AUTHENTICATEDABC00123"),
		Entry("with null", `{"reference_id":null,"status":"AUTHENTICATED","verification_id":"ABC00123"}`, "AUTHENTICATEDABC00123"),
		Entry("with null as Java writes it", `{"status":null,"verification_id":"ABC00123"}`, "nullABC00123"),
		Entry("with an array", `{"status":["AUTHENTICATED"],"verification_id":"ABC00123"}`, "AUTHENTICATEDABC00123"),
		Entry("with an object", `{"status":{"a":1},"verification_id":"ABC00123"}`, "[object Object]ABC00123"),
		Entry("with a fraction", `{"reference_id":12345.0,"verification_id":"ABC00123"}`, "12345.0ABC00123"),
		Entry("with an exponent", `{"reference_id":1e3,"verification_id":"ABC00123"}`, "1e3ABC00123"),
		Entry("with a time that is none", `{"document_consent_validity":"x","verification_id":"ABC00123"}`, "xABC00123"),
		Entry("with data that is no object", `[]`, ""),
	)

	DescribeTable("cannot have its values moved between the names", func(data string) {
		_, err := offline().ParseWebhook(http.Header{}, []byte(flatBody(data, flatSignature)))
		refused(err, kyc.ErrInvalid, "signature")
	},
		Entry("the id's into the status", `{"reference_id":12345,"status":"AUTHENTICATEDABC","verification_id":"00123"}`),
		Entry("the status's into the id", `{"reference_id":12345,"status":"AUTHENTICAT","verification_id":"EDABC00123"}`),
		Entry("all into the reference", `{"reference_id":"12345AUTHENTICATED","verification_id":"ABC00123"}`),
		Entry("some into a time", `{"document_consent_validity":"1","reference_id":2345,"status":"AUTHENTICATED","verification_id":"ABC00123"}`),
	)

	DescribeTable("is never accepted for the real data, whose text nobody published", func(signature string) {
		body := strings.TrimSuffix(published, "}") + `,"signature":"` + signature + `"}`
		_, err := offline().ParseWebhook(http.Header{}, []byte(body))
		refused(err, kyc.ErrInvalid, "signature", "John Doe")
	},
		Entry("as Java would have it", "ME+Fcx6T/R+P1NMTEu5t3rosP6vexFx9EybGzXb+xeM="),
		Entry("as JavaScript would have it", "98Ja4lZAplR8NlKZWN1qtjoxm2lA4a9WrgREbny5mF8="),
		Entry("as compact JSON", "JzCx1jrkv45HBuJ7H8R3jqtxhO9B9jA7DM7Zqs0XTvc="),
		Entry("in the other scheme's signature", publishedSignature),
	)

	DescribeTable("is never accepted without a signature", func(body string) {
		_, err := offline().ParseWebhook(http.Header{}, []byte(body))
		refused(err, kyc.ErrInvalid, "signature")
	},
		Entry("the published sample", published),
		Entry("flat data", `{"data":`+flat+`}`),
		Entry("null", `{"data":`+flat+`,"signature":null}`),
		Entry("empty", flatBody(flat, "")),
		Entry("of another type", `{"data":`+flat+`,"signature":7}`),
		Entry("nothing at all", `{}`),
	)

	It("is refused where a time is asked for, as its own is not signed", func() {
		a := offline(func(_ *cashfree.Credentials, o *cashfree.Options) { o.WebhookAge = time.Hour })
		_, err := a.ParseWebhook(http.Header{}, []byte(flatBody(flat, flatSignature)))
		refused(err, kyc.ErrInvalid, "signature")
	})

	It("is refused with its data twice", func() {
		for _, name := range []string{"data", "Data"} {
			body := strings.Replace(flatBody(flat, flatSignature), `"event_time"`, `"`+name+`":{"verification_id":"somebody-elses"},"x"`, 1)
			_, err := offline().ParseWebhook(http.Header{}, []byte(body))
			refused(err, kyc.ErrInvalid, "body")
		}
	})
})

// respaced has a space after each colon and comma between the tokens of compact
// JSON.
func respaced(compact string) string {
	var b bytes.Buffer
	text := false
	for _, c := range []byte(compact) {
		b.WriteByte(c)
		if c == '"' {
			text = !text
		}
		if !text && (c == ':' || c == ',') {
			b.WriteByte(' ')
		}
	}
	return b.String()
}
