package cashfree_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/cashfreeapi"
)

// What a call costs, without a network: written by hand over net/http and encoding/json,
// through the generated client, and through the adapter. They are measured as ratios, of
// batches of calls in turns, so that what else the machine does meets all of them alike.
func BenchmarkCall(b *testing.B) {
	const batch = 20 // calls
	for _, size := range sizes {
		b.Run("answer="+size.name, func(b *testing.B) {
			ways := ways(b, aadhaarAnswer(size.photo))
			took := make([][]time.Duration, len(ways))
			for b.Loop() {
				for i, way := range ways {
					begun := time.Now()
					for range batch {
						if name, err := way.call(b.Context()); err != nil || name != "Fake Person" {
							b.Fatal(name, err)
						}
					}
					took[i] = append(took[i], time.Since(begun))
				}
			}
			for _, pair := range [][2]int{{1, 0}, {2, 1}, {2, 0}} {
				over, under := took[pair[0]], took[pair[1]]
				ratios := make([]float64, len(over))
				for i := range over {
					ratios[i] = float64(over[i]) / float64(under[i])
				}
				slices.Sort(ratios)
				b.ReportMetric(ratios[len(ratios)/2], ways[pair[0]].name+"/"+ways[pair[1]].name)
			}
		})
	}
}

// The same one by one, for profiles and for what each allocates.
func BenchmarkCallOf(b *testing.B) {
	for _, size := range sizes {
		answer := aadhaarAnswer(size.photo)
		for _, way := range ways(b, answer) {
			b.Run(way.name+"/answer="+size.name, func(b *testing.B) { measure(b, answer, way.call) })
		}
	}
}

var sizes = []struct {
	name  string
	photo int
}{{"0.4KB", 0}, {"16KB", 16 << 10}}

type way struct {
	name string
	call func(context.Context) (string, error)
}

// ways are those of making a call that is given the answer.
func ways(b *testing.B, answer []byte) []way {
	client := &http.Client{Transport: through(func(*http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
			ContentLength: int64(len(answer)), Body: io.NopCloser(bytes.NewReader(answer)),
		}, nil
	})}
	return []way{
		{"hand", byHand(client)},
		{"client", viaClient(b, client)},
		{"adapter", viaAdapter(b, client)},
	}
}

func measure(b *testing.B, answer []byte, call func(context.Context) (string, error)) {
	b.SetBytes(int64(len(answer)))
	for b.Loop() {
		if name, err := call(b.Context()); err != nil || name != "Fake Person" {
			b.Fatal(name, err)
		}
	}
}

// aadhaarAnswer is a document with a photo of that many characters.
func aadhaarAnswer(photo int) []byte {
	return []byte(`{"reference_id":408,"verification_id":"test001","status":"SUCCESS","uid":"xxxxxxxx0000","care_of":"S/O: Fake Guardian",` +
		`"dob":"02-02-1995","gender":"M","name":"Fake Person","photo_link":"/9j/` + string(bytes.Repeat([]byte("A"), photo)) + `",` +
		`"split_address":{"country":"India","dist":"Testdist","house":"1 Nowhere","landmark":"","pincode":"000000","po":"Testpo",` +
		`"state":"Teststate","street":"Test Street","subdist":"Testsub","vtc":"Testtown"},"xml_file":"https://files.example/a.zip"}`)
}

// byHand is what a team writes that needs this one call.
func byHand(client *http.Client) func(context.Context) (string, error) {
	type address struct {
		Country, Dist, House, Landmark, Pincode, Po, State, Street, Subdist, Vtc string
	}
	type document struct {
		ReferenceID    int64   `json:"reference_id"`
		VerificationID string  `json:"verification_id"`
		Status         string  `json:"status"`
		UID            string  `json:"uid"`
		CareOf         string  `json:"care_of"`
		DOB            string  `json:"dob"`
		Gender         string  `json:"gender"`
		Name           string  `json:"name"`
		PhotoLink      string  `json:"photo_link"`
		SplitAddress   address `json:"split_address"`
		XMLFile        string  `json:"xml_file"`
	}
	return func(ctx context.Context) (string, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://provider.example/digilocker/document/AADHAAR?verification_id=test001", nil)
		if err != nil {
			return "", err
		}
		req.Header.Set("x-client-id", "id")
		req.Header.Set("x-client-secret", "secret")
		resp, err := client.Do(req)
		if err != nil {
			return "", err
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return "", err
		}
		var d document
		err = json.Unmarshal(body, &d)
		return d.Name, err
	}
}

func viaClient(b *testing.B, doer cashfreeapi.HttpRequestDoer) func(context.Context) (string, error) {
	api, err := cashfreeapi.NewClientWithResponses("https://provider.example", cashfreeapi.WithHTTPClient(doer),
		cashfreeapi.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("x-client-id", "id")
			r.Header.Set("x-client-secret", "secret")
			return nil
		}))
	if err != nil {
		b.Fatal(err)
	}
	id := "test001"
	return func(ctx context.Context) (string, error) {
		resp, err := api.GetDocumentWithResponse(ctx, cashfreeapi.DocumentTypeAadhaar, &cashfreeapi.GetDocumentParams{VerificationID: &id})
		if err != nil {
			return "", err
		}
		d, err := resp.JSON200.AsAadhaarDocument()
		if err != nil {
			return "", err
		}
		return *d.Name, nil
	}
}

func viaAdapter(b *testing.B, client *http.Client) func(context.Context) (string, error) {
	p, err := cashfree.New("https://provider.example", cashfree.Credentials{ClientID: "id", ClientSecret: kyc.Hide("secret")}, cashfree.Options{HTTPClient: client})
	if err != nil {
		b.Fatal(err)
	}
	return func(ctx context.Context) (string, error) {
		r, err := p.Fetch(ctx, "test001", kyc.Aadhaar)
		if err != nil {
			return "", err
		}
		return r.Person.Name.Reveal(), nil
	}
}

// through makes a RoundTripper of a function.
type through func(*http.Request) (*http.Response, error)

func (f through) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
