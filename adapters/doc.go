// Package adapters is the folder of the adapters, one in a folder for each provider, and of what
// goes around them. The examples here show how an application uses them together.
//
//   - kyc is the interface that all of them are: Start, Status and Fetch, and an interface of one
//     method for each thing that not every provider can do. Begin there.
//   - A folder of a provider's name is its adapter. It neither repeats, polls nor starts anything.
//   - repeat and observe are put around an adapter: one repeats reads after an outage, the other
//     tells of each call. failover chooses among several.
//   - signedfile and eaadhaar go from a record to a verdict on the signed file behind it.
//   - kyc/kycmem is a provider in memory for your own tests, kyc/kyctest a test for an adapter
//     that you write.
//   - wire copes with what gateways really send. It links the standard library alone, and so does
//     webhook below an adapter, which verifies the provider's webhooks: both can be copied along
//     with a client of package gen.
package adapters

import "embed"

// Files are the folders that can be copied along with a client, with their tests: wire, and
// webhook of each provider that has one, each with nothing but the standard library.
//
//go:embed wire/*.go */webhook/*.go
var Files embed.FS
