package cashfree_test

import (
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/kyc"
)

// What comes to the same address and is of no journey.
const (
	testDelivery = `{"type":"WEBHOOK","data":{"test_object":{"test_key":"v"}},"event_time":"2026-01-03T16:12:03Z"}`
	eSign        = `{"event_type":"E_SIGN_VERIFICATION_EXPIRED","event_time":"2026-01-03T16:12:03Z","data":{"verification_id":"order-42","status":"EXPIRED"}}`
)

// delivered is what becomes of a body that is signed as published, at that time.
func delivered(at, body string, change ...func(*cashfree.Credentials, *cashfree.Options)) (*kyc.Event, error) {
	GinkgoHelper()
	return offline(change...).ParseWebhook(headers(at, mac(secret, at+body)), []byte(body))
}

var _ = Describe("A webhook that is rightly signed", Label("CF-D22"), func() {
	DescribeTable("is verified and told as foreign:", func(body, name string) {
		event, err := delivered(timestamp, body)
		Expect(err).NotTo(HaveOccurred())
		Expect(event.Foreign).To(BeTrue())
		Expect(event.Type).To(Equal(name))
		Expect(event.Key).NotTo(BeEmpty())
		Expect(event.Consent).To(Equal(kyc.Consent{Raw: kyc.NewRaw([]byte(body))}))
	},
		Entry("the dashboard's test", testDelivery, ""),
		Entry("the e-sign product's", eSign, "E_SIGN_VERIFICATION_EXPIRED"),
		Entry("one without data", `{"event_type":"PAYMENT_SUCCESS_WEBHOOK"}`, "PAYMENT_SUCCESS_WEBHOOK"),
		Entry("one whose data is no object", `{"event_type":"PAYOUT","data":[1,{"verification_id":"order-42"}]}`, "PAYOUT"),
		Entry("one whose data has other types", `{"event_type":"PAYOUT","data":{"verification_id":{"a":1},"status":7}}`, "PAYOUT"),
		Entry("one without a name", `{"data":{"verification_id":"order-42","status":"EXPIRED"}}`, ""),
	)

	It("is foreign in the body scheme too, by a name that nobody has signed", func() {
		const data = `{"status":"EXPIRED","verification_id":"order-42"}`
		for name, foreign := range map[string]bool{"E_SIGN_VERIFICATION_EXPIRED": true, "DIGILOCKER_VERIFICATION_LINK_EXPIRED": false} {
			body := `{"event_type":"` + name + `","data":` + data + `,"signature":"` + mac(secret, "EXPIREDorder-42") + `"}`
			event, err := offline().ParseWebhook(nil, []byte(body))
			Expect(err).NotTo(HaveOccurred())
			Expect(event.Foreign).To(Equal(foreign), name)
			Expect(event.Type).To(BeEmpty())
			Expect(event.Consent.State == "").To(Equal(foreign))
			Expect(event.Consent.Ref == "").To(Equal(foreign))
		}
	})

	DescribeTable("is as old as its time stamp, in", func(at string, age time.Duration, accepted bool) {
		_, err := delivered(at, published, func(_ *cashfree.Credentials, o *cashfree.Options) {
			o.WebhookAge, o.Now = 5*time.Minute, func() time.Time { return time.Unix(1746427759, 0).Add(age) }
		})
		Expect(err == nil).To(Equal(accepted))
	},
		Entry("seconds", "1746427759", time.Minute, true),
		Entry("seconds, too old", "1746427759", 6*time.Minute, false),
		Entry("milliseconds", "1746427759000", time.Minute, true),
		Entry("milliseconds, too old", "1746427759000", 6*time.Minute, false),
	)

	It("is read whatever the case of its headers' names", func() {
		for _, names := range [][2]string{{"x-webhook-timestamp", "x-webhook-signature"}, {"X-WEBHOOK-TIMESTAMP", "X-WEBHOOK-SIGNATURE"}} {
			h := http.Header{names[0]: {timestamp}, names[1]: {publishedSignature}}
			event, err := offline().ParseWebhook(h, []byte(published))
			Expect(err).NotTo(HaveOccurred())
			Expect(event.Consent.Ref).To(Equal(kyc.Ref("ABC00123")))
			h[http.CanonicalHeaderKey(names[1])] = []string{publishedSignature}
			_, err = offline().ParseWebhook(h, []byte(published))
			refused(err, kyc.ErrInvalid, "X-Webhook-Signature")
		}
	})

	It("ends a journey whatever the case of its name", func() {
		event, err := delivered(timestamp, strings.Replace(published, "DIGILOCKER_VERIFICATION_SUCCESS", "Digilocker_Verification_Consent_Denied", 1))
		Expect(err).NotTo(HaveOccurred())
		Expect(event.Consent.State).To(Equal(kyc.Denied))
	})

	It("loses no state for a member that cannot be read, and tells which", func() {
		body := strings.Replace(published, `"John Doe"`, "\"Ren\xe9\"", 1)
		body = strings.Replace(body, `"2025-09-30T07:10:00Z"`, `"2025-09-30 07:10:00"`, 1)
		body = strings.Replace(body, `"ABC00123"`, `7`, 1)
		event, err := delivered(timestamp, body)
		Expect(err).NotTo(HaveOccurred())
		Expect(event.Consent.Ref).To(Equal(kyc.Ref("7")))
		Expect(event.Consent.State).To(Equal(kyc.Granted))
		Expect(event.Consent.User.Name.IsZero()).To(BeTrue(), "a name is never changed")
		Expect(event.Consent.ValidUntil).To(Equal(time.Date(2025, 9, 30, 7, 10, 0, 0, time.UTC)))
		Expect(event.Consent.Unread).To(Equal([]string{"data.document_consent_validity", "data.user_details.name"}))
	})
})

var _ = Describe("The key of an event", func() {
	key := func(at, body string) string {
		GinkgoHelper()
		event, err := delivered(at, body)
		Expect(err).NotTo(HaveOccurred())
		Expect(event.Key).To(MatchRegexp(`^[0-9a-f]{64}$`))
		return event.Key
	}

	It("is the same for each delivery", func() {
		for _, body := range []string{published, testDelivery, eSign} {
			Expect(key("1746427760", respaced(body))).To(Equal(key(timestamp, body)))
		}
		reordered := strings.Replace(published, `"document_consent":["AADHAAR","PAN"`,
			`"document_consent":["PAN","Aadhaar"`, 1)
		Expect(key(timestamp, reordered)).To(Equal(key(timestamp, published)),
			"which documents, and not in which order")
	})

	It("is another for another event", func() {
		seen := map[string]string{}
		for _, body := range []string{
			published, testDelivery, eSign,
			strings.Replace(published, "VERIFICATION_SUCCESS", "VERIFICATION_CONSENT_EXPIRED", 1),
			strings.Replace(published, "2006-01-02", "2006-01-03", 1),
			strings.Replace(published, "ABC00123", "ABC00124", 1),
			strings.Replace(published, "AUTHENTICATED", "EXPIRED", 1),
			strings.Replace(published, `"document_consent":["AADHAAR",`, `"document_consent":[`, 1),
			strings.Replace(published, `"document_consent":`, `"document_agreed":`, 1),
			strings.Replace(testDelivery, `"v"`, `"w"`, 1),
			strings.Replace(eSign, "order-42", "order-43", 1),
		} {
			Expect(seen).NotTo(HaveKey(key(timestamp, body)))
			seen[key(timestamp, body)] = body
		}
	})

	It("is made of the signed text alone in the body scheme", func() {
		of := func(name, data, text string) string {
			GinkgoHelper()
			event, err := offline().ParseWebhook(nil, []byte(`{"event_type":"`+name+`","data":`+data+`,"signature":"`+mac(secret, text)+`"}`))
			Expect(err).NotTo(HaveOccurred())
			Expect(event.Key).NotTo(BeEmpty())
			return event.Key
		}
		first := of("DIGILOCKER_VERIFICATION_SUCCESS", `{"status":"PENDING","verification_id":"a"}`, "PENDINGa")
		Expect(of("DIGILOCKER_VERIFICATION_FAILURE", `{"verification_id":"a","status":"PENDING"}`, "PENDINGa")).To(Equal(first))
		Expect(of("DIGILOCKER_VERIFICATION_SUCCESS", `{"status":"EXPIRED","verification_id":"a"}`, "EXPIREDa")).NotTo(Equal(first))
		Expect(of("E_SIGN_SUCCESS", `{"status":"PENDING","verification_id":"a"}`, "PENDINGa")).NotTo(Equal(first), "a foreign one, as nobody has signed, takes no other's key")
	})
})
