package contract_test

import (
	"net/http"
	"testing"

	"example.com/digilocker/contract"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/provider/setu"
	"example.com/digilocker/gen/setuapi"
)

// A client of your own is judged by a test of your module. The cases and recordings come along with the description.
func ExampleRun() {
	var t *testing.T // that of your func TestContract(t *testing.T)

	p := setu.Provider
	p.Document = setuapi.OpenAPI // of the copy that you vendored
	p.Client = &provider.Client{New: func(base string, hc *http.Client) (any, error) {
		return setuapi.NewClientWithResponses(base, setuapi.WithHTTPClient(hc))
	}}
	p.Adapter, p.Simulator = nil, nil // ours, which are not what is judged
	contract.Run(t, contract.Options{Report: "report"}, p)
}
