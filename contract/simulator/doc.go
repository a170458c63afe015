// Package simulator stands for providers on your own machine: a [Simulator] is an
// [http.Handler] that gives each provider's documented answer for its documented
// cause, keeps journeys, and shows a consent page to their users. It is for tests and
// for development without sandbox access, and it looks like no provider: every page
// and every answer says what it is.
//
//	sim, err := simulator.New(simulator.Options{}, providers.Simulated()...)
//	server := httptest.NewServer(sim)
//	provider, err := acme.New(server.URL+"/acme", creds, acme.Options{})
//	consent, err := provider.Start(ctx, request)
//	back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
//
// The base URL of a provider is its name.
//
// # Providers
//
// The package knows no provider. It is told of each one as a [Provider]: the
// effective OpenAPI document, from which it has operations, examples and publications,
// and a [Behaviour], which says what leads to which example. A Behaviour may know some
// of the operations only, or none: the others give the examples that a request
// prefers, and say otherwise that nobody wrote what they do.
//
// A journey begins with a call, or in the user's browser with a page of the provider's own
// ([Behaviour.Pages]).
//
// # Answers
//
// Bodies, statuses and media types are those of the effective documents, with the
// caller's own values and fresh references put in; what code adds is which cause
// leads to which example. Where several publications show different answers for
// one cause, the first is given, or that of the publication which the request
// prefers: "Prefer: source=L". "Prefer: example=NAME" and "Prefer: code=STATUS" name
// an answer outright. What no request can bring about is a [Fault].
//
// What integrators have met and nobody has published, and codes that stand in a table alone, are
// a [Variant]: a fault brings it about, or "Prefer: variant=NAME". No variant is the default.
//
// Where nothing is published, [Behaviour.Unpublished] says what is decided here.
//
// # State
//
// Ids are unique for each provider. A consent URL can be used once and for
// [LinkLife], a consent lasts [ConsentLife], a file's link [FileLife], by a clock
// that [Simulator.Advance] moves. Only the newest journeys are kept
// ([Options.Limit]), in memory.
//
// # People
//
// The users are invented ([People]), and so are their documents, whose XML is
// signed with a throw-away key ([Simulator.Certificate]) in the shape that
// DigiLocker's signer was observed to write.
package simulator
