package io.espalier.controller.artifact;

import io.espalier.proto.Sha256;

/** What a manifest says of the variant in it. */
public record VariantLabel(Sha256 variant, Sha256 baseModel, InputSpec input) {}
