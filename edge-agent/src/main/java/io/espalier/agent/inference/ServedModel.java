package io.espalier.agent.inference;

import io.espalier.proto.v1.VariantDescription;

/** A loaded model with the contract of its inputs and the digest of the artifact it came in. */
public record ServedModel(
        LoadedModel model, InputPreparation preparation, VariantDescription variant, String artifactDigest)
        implements AutoCloseable {

    public static ServedModel of(LoadedModel model, VariantDescription variant, String artifactDigest)
            throws ModelUnusableException {
        return new ServedModel(
                model, new InputPreparation(variant.getInput(), model.inputShape()), variant, artifactDigest);
    }

    public ServedVariant name() {
        return new ServedVariant(variant.getVariantDigest(), artifactDigest);
    }

    @Override
    public void close() {
        model.close();
    }
}
