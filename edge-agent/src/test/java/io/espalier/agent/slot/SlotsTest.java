package io.espalier.agent.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.agent.delivery.FetchedArtifact;
import io.espalier.agent.state.PowerCut;
import io.espalier.agent.state.Steps;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyAuthority;
import io.espalier.agent.toys.ToyModels;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.host.Folders;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotsTest {
    @TempDir
    Path folder;

    @Test
    void servesNothingAtFirst() throws Exception {
        assertThat(slots(Steps.UNWATCHED).candidates()).isEmpty();
        assertThat(slots(Steps.UNWATCHED).latestTrial()).isEmpty();
    }

    @Test
    void remembersTheModelAndItsTrial() throws Exception {
        FetchedArtifact first = fetched(1);
        install(Steps.UNWATCHED, first, "d1");

        Slots reopened = slots(Steps.UNWATCHED);

        assertThat(serving(reopened)).isEqualTo(first.digest());
        assertThat(reopened.latestTrial()).contains(accepted("d1"));
        assertThat(reopened.candidates().get(0).goldenSamples().getSamplesCount())
                .isEqualTo(1);
    }

    @Test
    void alternatesSlotsAndKeepsTheLastGoodModel() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        install(Steps.UNWATCHED, fetched(2), "d2");

        List<StoredModel> candidates = slots(Steps.UNWATCHED).candidates();

        assertThat(candidates)
                .extracting(StoredModel::artifactDigest)
                .containsExactly(fetched(2).digest(), fetched(1).digest());
    }

    @Test
    void leavesAWorkingModelWhereverThePowerIsCut() throws Exception {
        FetchedArtifact old = fetched(1);
        FetchedArtifact next = fetched(2);
        install(Steps.UNWATCHED, old, "d1");
        boolean done = false;
        int cuts = 0;
        while (!done) {
            PowerCut power = new PowerCut(cuts);
            try {
                install(power, next, "d2");
                done = true;
            } catch (PowerCut.Dark e) {
                Slots reopened = slots(Steps.UNWATCHED);
                assertThat(serving(reopened)).as("%s", e.getMessage()).isIn(old.digest(), next.digest());
                assertThat(reopened.pointer().orElseThrow().artifactDigest())
                        .as("%s", e.getMessage())
                        .isEqualTo(serving(reopened));
                cuts++;
            }
            if (!done && serving(slots(Steps.UNWATCHED)).equals(next.digest())) {
                slots(Steps.UNWATCHED).switchTo(candidate(old), accepted("d1"));
            }
        }
        assertThat(cuts).isGreaterThanOrEqualTo(10);
        assertThat(serving(slots(Steps.UNWATCHED))).isEqualTo(next.digest());
    }

    @Test
    void fallsBackOnTheOtherSlotWhenTheActiveModelIsDamaged() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        install(Steps.UNWATCHED, fetched(2), "d2");
        Path model = slots(Steps.UNWATCHED).candidates().get(0).modelFile();
        Files.write(model, new byte[] {0}, StandardOpenOption.APPEND);

        assertThat(serving(slots(Steps.UNWATCHED))).isEqualTo(fetched(1).digest());
    }

    @Test
    void believesNoFileThatWasChangedInASlotThatDoesNotServe() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        install(Steps.UNWATCHED, fetched(2), "d2");
        StoredModel idle = slots(Steps.UNWATCHED).candidates().get(1);

        Files.write(idle.folder().resolve("golden.pb"), new byte[0]);

        assertThat(slots(Steps.UNWATCHED).candidates()).hasSize(1);
        assertThat(serving(slots(Steps.UNWATCHED))).isEqualTo(fetched(2).digest());
    }

    @Test
    void believesNoSlotWhoseReleaseIsOfAnUnknownKey() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        install(Steps.UNWATCHED, fetched(2), "d2");
        StoredModel idle = slots(Steps.UNWATCHED).candidates().get(1);
        ToyArtifact planted = ToyArtifact.model(3, 64);
        Files.write(idle.modelFile(), ToyModels.columnSums(3));
        Files.write(idle.folder().resolve("golden.pb"), ToyModels.golden(3).toByteArray());

        Files.write(idle.folder().resolve("release.dsse"), new ToyAuthority(Instant.EPOCH).release(planted.manifest()));

        assertThat(slots(Steps.UNWATCHED).candidates())
                .extracting(StoredModel::artifactDigest)
                .containsExactly(fetched(2).digest());
    }

    @Test
    void servesAWholeModelThoughThePointerIsDamaged() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        Files.writeString(folder.resolve("active"), "slot=z\n");

        assertThat(serving(slots(Steps.UNWATCHED))).isEqualTo(fetched(1).digest());
    }

    @Test
    void remembersARefusalUntilAnotherModelIsAccepted() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        TrialReport refusal = TrialReport.newBuilder()
                .setDeploymentId("d2")
                .setOutcome(Outcome.OUTCOME_TOO_SLOW)
                .build();

        slots(Steps.UNWATCHED).refuse(refusal);
        assertThat(slots(Steps.UNWATCHED).latestTrial()).contains(refusal);
        assertThat(serving(slots(Steps.UNWATCHED))).isEqualTo(fetched(1).digest());

        install(Steps.UNWATCHED, fetched(3), "d3");
        assertThat(slots(Steps.UNWATCHED).latestTrial()).contains(accepted("d3"));
    }

    @Test
    void discardsAStagedModelButNotTheOneThatWasAccepted() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        Slots slots = slots(Steps.UNWATCHED);
        slots.serves(slots.candidates().get(0));
        slots.stage(fetched(2));

        slots.discard(fetched(2).digest());
        slots.discard(fetched(1).digest());

        assertThat(slots.candidates())
                .extracting(StoredModel::artifactDigest)
                .containsExactly(fetched(1).digest());
    }

    @Test
    void discardsNeitherTheModelThatServesAfterAFallbackNorTheOneThePointerNames() throws Exception {
        Slots slots = fallback();

        slots.discard(fetched(1).digest());
        slots.discard(fetched(2).digest());

        assertThat(digests(slots(Steps.UNWATCHED)))
                .containsExactly(fetched(2).digest(), fetched(1).digest());
    }

    @Test
    void discardsNoGoodModelWhileNoneServes() throws Exception {
        fallback();

        slots(Steps.UNWATCHED).discard(fetched(1).digest());

        assertThat(digests(slots(Steps.UNWATCHED))).contains(fetched(1).digest());
    }

    @Test
    void discardsAnOlderGoodModelForGood() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        install(Steps.UNWATCHED, fetched(2), "d2");
        Slots slots = slots(Steps.UNWATCHED);
        slots.serves(candidate(fetched(2)));

        slots.discard(fetched(1).digest());
        assertThat(digests(slots(Steps.UNWATCHED))).containsExactly(fetched(2).digest());

        slots.stage(fetched(1));
        assertThat(digests(slots(Steps.UNWATCHED)))
                .as("it would have to be tried anew")
                .containsExactly(fetched(2).digest());
    }

    @Test
    void anUntriedModelIsNoCandidate() throws Exception {
        slots(Steps.UNWATCHED).stage(fetched(1));
        assertThat(slots(Steps.UNWATCHED).candidates()).as("the first one").isEmpty();

        install(Steps.UNWATCHED, fetched(1), "d1");
        Slots slots = slots(Steps.UNWATCHED);
        slots.serves(candidate(fetched(1)));
        slots.stage(fetched(2));

        assertThat(digests(slots(Steps.UNWATCHED))).containsExactly(fetched(1).digest());
        assertThat(slots(Steps.UNWATCHED).stored(fetched(2).digest()))
                .as("but it can be tried without being fetched again")
                .isPresent();
    }

    @Test
    void anUntriedModelInTheSlotThatThePointerNamesIsNoCandidate() throws Exception {
        fallback().stage(fetched(3));

        assertThat(digests(slots(Steps.UNWATCHED))).containsExactly(fetched(1).digest());
        assertThat(slots(Steps.UNWATCHED).stored(fetched(3).digest())).isPresent();
    }

    @Test
    void stagesBesideTheModelThatServesThoughASwitchFailedHalfway() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        for (String step : List.of(
                "write active.last",
                "rename active.last",
                "sync folder of active.last",
                "write active",
                "rename active",
                "sync folder of active")) {
            Slots slots = slots(failingAt(step));
            slots.serves(candidate(fetched(1)));
            StoredModel staged = slots.stage(fetched(2));
            assertThatThrownBy(() -> slots.switchTo(staged, accepted("d2"))).hasMessage(step);

            slots.stage(fetched(3));

            assertThat(digests(slots(Steps.UNWATCHED)))
                    .as(step)
                    .containsExactly(fetched(1).digest());
            slots(Steps.UNWATCHED).switchTo(candidate(fetched(1)), accepted("d1"));
        }
    }

    @Test
    void overwritesNoGoodModelWhileNoneServes() throws Exception {
        fallback();
        slots(Steps.UNWATCHED)
                .refuse(TrialReport.newBuilder()
                        .setDeploymentId("d2")
                        .setArtifactDigest(fetched(2).digest().hex())
                        .build());

        slots(Steps.UNWATCHED).stage(fetched(3));
        assertThat(digests(slots(Steps.UNWATCHED)))
                .as("the refused one went")
                .containsExactly(fetched(1).digest());

        slots(Steps.UNWATCHED).stage(fetched(4));
        assertThat(digests(slots(Steps.UNWATCHED)))
                .as("the untried one went")
                .containsExactly(fetched(1).digest());
    }

    @Test
    void overwritesNoModelThatCannotBeReadForNow() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        Path model = candidate(fetched(1)).modelFile();
        Path away = folder.resolve("away");
        Files.move(model, away);
        assertThat(slots(Steps.UNWATCHED).candidates()).isEmpty();

        slots(Steps.UNWATCHED).stage(fetched(2));

        Files.move(away, model);
        assertThat(digests(slots(Steps.UNWATCHED))).containsExactly(fetched(1).digest());
    }

    @Test
    void leavesTheModelThatServesAfterAFallbackWhereverThePowerIsCut() throws Exception {
        Sha256 kept = fetched(1).digest();
        for (FetchedArtifact next : List.of(fetched(1), fetched(3))) {
            int cuts = 0;
            for (boolean done = false; !done; cuts++) {
                fallback();
                Slots slots = slots(new PowerCut(cuts));
                slots.serves(candidate(fetched(1)));
                try {
                    boolean again = next.digest().equals(kept);
                    slots.switchTo(again ? candidate(next) : slots.stage(next), accepted("d3"));
                    done = true;
                } catch (PowerCut.Dark e) {
                    assertThat(digests(slots(Steps.UNWATCHED)))
                            .as("%s", e.getMessage())
                            .contains(kept)
                            .isSubsetOf(kept, fetched(2).digest(), next.digest());
                }
            }
            assertThat(cuts).isGreaterThanOrEqualTo(7);
            assertThat(serving(slots(Steps.UNWATCHED))).isEqualTo(next.digest());
        }
    }

    @Test
    void oneDamagedFileTakesNoGoodModelAway() throws Exception {
        for (String file : List.of("active", "active.last")) {
            for (byte[] damage : List.of(new byte[0], new byte[] {0, 1, 2})) {
                fallback().stage(fetched(3));
                Files.write(folder.resolve(file), damage);

                assertThat(digests(slots(Steps.UNWATCHED)))
                        .as(file)
                        .containsExactly(fetched(1).digest());
            }
            fallback().stage(fetched(3));
            Files.delete(folder.resolve(file));
            assertThat(digests(slots(Steps.UNWATCHED)))
                    .as(file)
                    .containsExactly(fetched(1).digest());
        }
    }

    @Test
    void keepsBothModelsThatAnEarlierProgramLeft() throws Exception {
        install(Steps.UNWATCHED, fetched(1), "d1");
        install(Steps.UNWATCHED, fetched(2), "d2");
        forgetWhatIsGood();
        assertThat(digests(slots(Steps.UNWATCHED)))
                .containsExactly(fetched(2).digest(), fetched(1).digest());

        Slots slots = slots(Steps.UNWATCHED);
        slots.serves(candidate(fetched(1)));
        slots.stage(fetched(3));

        assertThat(digests(slots(Steps.UNWATCHED))).containsExactly(fetched(1).digest());
    }

    /** The pointer names model 2 of slot b, which is no longer loaded; model 1 of slot a serves. */
    private Slots fallback() throws Exception {
        for (String file : List.of("active", "active.last", "refused.pb")) {
            Files.deleteIfExists(folder.resolve(file));
        }
        Folders.delete(folder.resolve("slots"));
        install(Steps.UNWATCHED, fetched(1), "d1");
        install(Steps.UNWATCHED, fetched(2), "d2");
        Slots slots = slots(Steps.UNWATCHED);
        slots.serves(candidate(fetched(1)));
        return slots;
    }

    private void forgetWhatIsGood() throws IOException {
        Path pointer = folder.resolve("active");
        Files.write(
                pointer,
                Files.readAllLines(pointer).stream()
                        .filter(line -> !line.startsWith("good="))
                        .toList());
        Files.delete(folder.resolve("active.last"));
    }

    private static Steps failingAt(String step) {
        return each -> {
            if (each.equals(step)) {
                throw new UncheckedIOException(step, new IOException(step));
            }
        };
    }

    private static List<Sha256> digests(Slots slots) {
        return slots.candidates().stream().map(StoredModel::artifactDigest).toList();
    }

    private void install(Steps steps, FetchedArtifact artifact, String deployment) throws Exception {
        Slots slots = slots(steps);
        slots.candidates().stream().findFirst().ifPresent(slots::serves);
        slots.switchTo(slots.stage(artifact), accepted(deployment));
    }

    private StoredModel candidate(FetchedArtifact artifact) throws IOException {
        return slots(Steps.UNWATCHED).candidates().stream()
                .filter(model -> model.artifactDigest().equals(artifact.digest()))
                .findFirst()
                .orElseThrow();
    }

    private static Sha256 serving(Slots slots) throws IOException {
        return slots.candidates().get(0).artifactDigest();
    }

    private static TrialReport accepted(String deployment) {
        return TrialReport.newBuilder()
                .setDeploymentId(deployment)
                .setOutcome(Outcome.OUTCOME_ACCEPTED)
                .setP95Micros(12.5)
                .build();
    }

    private Slots slots(Steps steps) {
        return new Slots(
                folder.resolve("slots"), folder.resolve("active"), folder.resolve("refused.pb"), steps, vouching());
    }

    private Vouching vouching() {
        try {
            return ToyTrust.of(folder.resolve("trust.pb"), new DeviceId("d"), Clock.systemUTC())::vouch;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FetchedArtifact fetched(float factor) throws IOException {
        ToyArtifact artifact = ToyArtifact.model(factor, 64);
        Path staging = Files.createDirectories(folder.resolve("staging-" + factor));
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        artifact.chunks().forEach(content::writeBytes);
        return new FetchedArtifact(
                artifact.digest(),
                Manifest.parseFrom(artifact.manifest()),
                Files.write(staging.resolve("release.dsse"), artifact.release()),
                Files.write(staging.resolve("content"), content.toByteArray()));
    }
}
