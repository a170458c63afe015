package gen_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"example.com/digilocker/gen/cashfreeapi"
)

// A generated client is used by itself like this. The server here stands for
// Cashfree's; a real one is cashfreeapi.Sandbox.
func Example() {
	cashfree := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusConflict)
		fmt.Fprint(w, `{"type":"validation_error","code":"verification_id_value_invalid","message":"verification_id already exists, please provide new verification_id"}`)
	}))
	defer cashfree.Close()

	client, err := cashfreeapi.NewClientWithResponses(cashfree.URL, cashfreeapi.WithRequestEditorFn(
		func(_ context.Context, r *http.Request) error {
			r.Header.Set("x-client-id", "your id")
			r.Header.Set("x-client-secret", "your secret")
			return nil
		}))
	if err != nil {
		panic(err)
	}
	answer, err := client.CreateURLWithResponse(context.Background(), nil, cashfreeapi.CreateURLRequest{
		VerificationID:    "order-42",
		DocumentRequested: []cashfreeapi.DocumentType{cashfreeapi.DocumentTypeAadhaar},
	})
	if err != nil {
		panic(err)
	}
	switch {
	case answer.JSON200 != nil:
		fmt.Println("send the user to", *answer.JSON200.URL)
	case answer.JSON409 != nil:
		fmt.Println("used before:", *answer.JSON409.Code)
	default: // each documented status has its field; for any other there are the bytes
		fmt.Println(answer.Status(), len(answer.Body), "bytes")
	}
	// Output: used before: verification_id_value_invalid
}
