package io.espalier.agent.toys;

import io.espalier.agent.delivery.CorruptArtifactException;
import io.espalier.agent.delivery.FetchedArtifact;
import io.espalier.agent.slot.Slots;
import io.espalier.agent.slot.StoredModel;
import io.espalier.agent.state.Steps;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** A model as it lies in a slot before it is tried. */
public final class ToySlot {
    private ToySlot() {}

    /** {@code folder} becomes the state directory it is staged in. */
    public static StoredModel staged(Path folder, ToyArtifact artifact) throws IOException, CorruptArtifactException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        artifact.chunks().forEach(content::writeBytes);
        FetchedArtifact fetched = new FetchedArtifact(
                artifact.digest(),
                Manifest.parseFrom(artifact.manifest()),
                Files.write(folder.resolve("release.dsse"), artifact.release()),
                Files.write(folder.resolve("content"), content.toByteArray()));
        return new Slots(
                        folder.resolve("slots"),
                        folder.resolve("active"),
                        folder.resolve("refused.pb"),
                        Steps.UNWATCHED,
                        ToyTrust.of(folder.resolve("trust.pb"), new DeviceId("d"), Clock.systemUTC())::vouch)
                .stage(fetched);
    }
}
