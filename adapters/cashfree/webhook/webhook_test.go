package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/cashfree/webhook"
)

func TestWebhook(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/cashfree/webhook")
}

const (
	secret    = "test_client_secret_do_not_use"
	timestamp = "1746427759733"
	body      = `{"event_type":"DIGILOCKER_LUNCH","data":{"status":"AUTHENTICATED","verification_id":"ABC00123"}}`
)

func mac(key, text string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func secrets(all ...string) func() ([]string, error) {
	return func() ([]string, error) { return all, nil }
}

func headers(stamp, signature string) http.Header {
	return http.Header{"x-webhook-timestamp": {stamp}, "X-Webhook-Signature": {signature}}
}

// inBody is a webhook in the body scheme, whose status is that.
func inBody(status, signature string) []byte {
	return fmt.Appendf(nil, `{"data":{"status":%q,"verification_id":"ABC00123","reference_id":12345},"signature":%q}`,
		status, signature)
}

// refused says that the error is a refusal for that member, and holds nothing of the webhook's or the account's.
func refused(member string) OmegaMatcher {
	return WithTransform(func(err error) string {
		var e *webhook.Error
		if !errors.As(err, &e) {
			return fmt.Sprint("not refused: ", err)
		}
		for _, private := range []string{secret, "ABC00123", timestamp} {
			if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, e), private) {
				return "prints " + private
			}
		}
		return e.Member
	}, Equal(member))
}

// What is verified, and in which form, the specs of the adapter say of both schemes: it does all
// of that by this package.
var _ = Describe("A webhook", func() {
	It("says when it was signed, in seconds or milliseconds", func() {
		v := webhook.Verifier{Secrets: secrets(secret)}
		for _, stamp := range []string{"1746427759", "1746427759000"} {
			signed, err := v.Verify(headers(stamp, mac(secret, stamp+body)), []byte(body))
			Expect(err).NotTo(HaveOccurred())
			Expect(signed).To(Equal(&webhook.Signed{Scheme: webhook.SchemeHeader, At: time.Unix(1746427759, 0)}))
		}
	})

	It("says in the body scheme which text is signed", func() {
		const text = "12345ExpiredABC00123"
		signed, err := webhook.Verifier{Secrets: secrets(secret)}.Verify(nil, inBody("Expired", mac(secret, text)))
		Expect(err).NotTo(HaveOccurred())
		Expect(signed).To(Equal(&webhook.Signed{Scheme: webhook.SchemeBody, Text: []byte(text)}))
	})

	DescribeTable("is refused, whoever signed it", func(v webhook.Verifier, key string) {
		_, err := v.Verify(headers(timestamp, mac(key, timestamp+body)), []byte(body))
		Expect(err).To(refused("X-Webhook-Signature"))
		_, err = v.Verify(nil, inBody("EXPIRED", mac(key, "12345EXPIREDABC00123")))
		Expect(err).To(refused("signature"))
	},
		Entry("by the zero value", webhook.Verifier{}, ""),
		Entry("without a secret", webhook.Verifier{Secrets: secrets()}, ""),
		Entry("with an empty secret", webhook.Verifier{Secrets: secrets("")}, ""),
		Entry("with an empty secret among others", webhook.Verifier{Secrets: secrets(secret, "")}, ""),
		Entry("with another secret", webhook.Verifier{Secrets: secrets("another")}, secret),
		Entry("at no time that there is", webhook.Verifier{Secrets: secrets(secret), Age: -time.Hour}, secret),
		Entry("by a clock that is long ahead", webhook.Verifier{Secrets: secrets(secret), Age: time.Hour}, secret),
	)

	It("is verified with each of the secrets, which stay as they are", func() {
		all := []string{"", secret, "another"}
		v := webhook.Verifier{Secrets: secrets(all...)}
		for _, key := range all[1:] {
			_, err := v.Verify(headers(timestamp, mac(key, timestamp+body)), []byte(body))
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(all).To(Equal([]string{"", secret, "another"}))
	})

	It("gives the error of the secrets as it is", func() {
		broken := errors.New("broken")
		v := webhook.Verifier{Secrets: func() ([]string, error) { return []string{secret}, broken }}
		_, err := v.Verify(headers(timestamp, mac(secret, timestamp+body)), []byte(body))
		Expect(err).To(BeIdenticalTo(broken))
	})

	It("asks for no secret while its body is wrong", func() {
		v := webhook.Verifier{Secrets: func() ([]string, error) { panic("asked") }}
		_, err := v.Verify(nil, []byte(`{"a":1,"A":2}`))
		Expect(err).To(refused("body"))
	})

	It("is read once its header's signature is right, and not before", func() {
		v, wrong := webhook.Verifier{Secrets: secrets(secret)}, `{"a":1,"A":2}`
		_, err := v.Verify(headers(timestamp, mac("another", timestamp+wrong)), []byte(wrong))
		Expect(err).To(refused("X-Webhook-Signature"))
		_, err = v.Verify(headers(timestamp, mac(secret, timestamp+wrong)), []byte(wrong))
		Expect(err).To(refused("body"))
	})

	It("leaves the body and the header as they came", func() {
		header, text := headers(timestamp, mac(secret, timestamp+body)), []byte(body)
		before := header.Clone()
		_, err := webhook.Verifier{Secrets: secrets(secret)}.Verify(header, text)
		Expect(err).NotTo(HaveOccurred())
		Expect(header).To(Equal(before))
		Expect(string(text)).To(Equal(body))
	})
})
