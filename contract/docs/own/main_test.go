package main

import (
	"testing"
	"time"

	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/simulatortest"
)

func TestFetch(t *testing.T) {
	sim := simulatortest.New(t)
	file, err := fetch(t.Context(), sim.Adapter("setu"), sim.Files, sim.Visitor(simulator.Complete).Allow)
	if err != nil {
		t.Fatal(err)
	}
	if result := sim.Verifier.Verify(file, time.Time{}); result.Err() != nil {
		t.Error(result.Err())
	}
}
