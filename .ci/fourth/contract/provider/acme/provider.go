// Package acme describes Acme, an invented provider, to the contract suite.
package acme

import (
	"net/http"

	"example.com/digilocker/contract/provider"
	"example.com/digilocker/gen/acmeapi"
)

// Provider is the description.
var Provider = provider.Provider{
	Name: "acme", Document: acmeapi.OpenAPI,
	Client: &provider.Client{
		New: func(base string, hc *http.Client) (any, error) {
			return acmeapi.NewClientWithResponses(base, acmeapi.WithHTTPClient(hc))
		},
	},
}
