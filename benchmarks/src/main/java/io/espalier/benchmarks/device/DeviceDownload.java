package io.espalier.benchmarks.device;

import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.delivery.FetchResult;
import io.espalier.agent.delivery.NeedChannel;
import io.espalier.agent.link.MqttAddress;
import io.espalier.agent.link.SecureContext;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;

/** One device's own fetcher, trust and staging folder. */
record DeviceDownload(Path folder, ArtifactFetcher fetcher, ToyArtifact artifact) {

    static DeviceDownload of(
            Path folder,
            DeviceId device,
            String broker,
            Topics topics,
            URI controller,
            NeedChannel need,
            ToyArtifact artifact)
            throws IOException {
        Path staging = Files.createDirectories(folder.resolve("staging"));
        DeviceTrust trust = ToyTrust.of(folder.resolve("trust.pb"), device, Clock.systemUTC());
        return new DeviceDownload(
                folder,
                ArtifactFetcher.over(
                        new MqttAddress(broker, device.value(), "", "", SecureContext.NONE),
                        topics,
                        controller,
                        staging,
                        need,
                        trust::accept),
                artifact);
    }

    void run() throws IOException, InterruptedException {
        FetchResult result = fetcher.fetch(artifact.digest(), 0, () -> true, progress -> {});
        if (!(result instanceof FetchResult.Fetched)) {
            throw new IOException("not fetched: " + result);
        }
    }

    /** Reads back what is on disk; throws where it is not the artifact's content. */
    void verify() throws IOException {
        MessageDigest found = Sha256.newDigest();
        found.update(Files.readAllBytes(
                folder.resolve("staging").resolve(artifact.digest().hex()).resolve("content")));
        MessageDigest wanted = Sha256.newDigest();
        List<byte[]> chunks = artifact.chunks();
        chunks.forEach(wanted::update);
        if (!MessageDigest.isEqual(found.digest(), wanted.digest())) {
            throw new IOException("what is in " + folder + " is not the artifact");
        }
    }
}
