package io.espalier.agent.slot;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.TrialReport;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;

/** Content of the pointer file: which slot serves and the trial that let it. */
public record ActiveSlot(String slot, Sha256 artifactDigest, TrialReport trial) {

    byte[] toBytes() {
        return ("# Which slot serves. Written by the agent only.\n"
                        + "slot=" + slot + "\nartifact=" + artifactDigest + "\ndeployment=" + trial.getDeploymentId()
                        + "\ntrial=" + Base64.getEncoder().encodeToString(trial.toByteArray()) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Empty where the bytes are not a pointer. */
    static Optional<ActiveSlot> parse(byte[] bytes) {
        Properties fields = new Properties();
        try {
            fields.load(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
            return Optional.of(new ActiveSlot(
                    fields.getProperty("slot", ""),
                    new Sha256(fields.getProperty("artifact", "")),
                    TrialReport.parseFrom(Base64.getDecoder().decode(fields.getProperty("trial", "")))));
        } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
