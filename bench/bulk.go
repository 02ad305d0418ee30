package main

import "context"

func (b *bench) batches(context.Context) error { return nil }
func (b *bench) ingest(context.Context) error  { return nil }
func (b *bench) mixed(context.Context) error   { return nil }
