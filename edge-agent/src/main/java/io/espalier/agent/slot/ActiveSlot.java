package io.espalier.agent.slot;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.TrialReport;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Content of the pointer file: which slot serves and the trial that let it.
 *
 * @param good artifacts that passed a trial here, this one among them; empty where an earlier program wrote the file, which did not
 *     tell them from others
 */
public record ActiveSlot(String slot, Sha256 artifactDigest, TrialReport trial, Set<Sha256> good) {

    public ActiveSlot {
        good = Set.copyOf(good);
    }

    /** The same slot, with these artifacts and its own as the good ones. */
    ActiveSlot withGood(Collection<Sha256> others) {
        Set<Sha256> all = new LinkedHashSet<>(others);
        all.add(artifactDigest);
        return new ActiveSlot(slot, artifactDigest, trial, all);
    }

    byte[] toBytes() {
        return ("# Which slot serves. Written by the agent only.\n"
                        + "slot=" + slot + "\nartifact=" + artifactDigest + "\ngood="
                        + good.stream().map(Sha256::hex).sorted().collect(Collectors.joining(" "))
                        + "\ndeployment=" + trial.getDeploymentId()
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
                    TrialReport.parseFrom(Base64.getDecoder().decode(fields.getProperty("trial", ""))),
                    Arrays.stream(fields.getProperty("good", "").split(" "))
                            .filter(word -> !word.isEmpty())
                            .map(Sha256::new)
                            .collect(Collectors.toSet())));
        } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
