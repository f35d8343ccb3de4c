package io.espalier.pruning.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.quantisation.Isa;
import io.espalier.pruning.report.Versions;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * This machine's timings in the folder of a run. No two measurements are alike, and a plan that differs has no use for
 * checkpoints: so a run that was stopped is resumed with the timings it had, for a day.
 */
final class KeptTimings {
    /** Begins like a checkpoint, since it is no part of a result either. */
    static final String NAME = JobCheckpoints.NAME_START + "-timings.json";

    private static final Duration USABLE = Duration.ofDays(1);
    private static final int MINUTES_AS_SUCH = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JobFolder folder;
    private final Clock clock;
    private final String measured;

    private KeptTimings(JobFolder folder, Clock clock, String measured) {
        this.folder = folder;
        this.clock = clock;
        this.measured = measured;
    }

    /**
     * Those of one model.
     *
     * @param integers whether its probes are timed in integers too
     */
    static KeptTimings of(JobFolder folder, Clock clock, BaseModel base, int threads, boolean integers) {
        return new KeptTimings(
                folder,
                clock,
                "%s, %d threads, %s on %d cores, integers %s, Espalier %s"
                        .formatted(
                                base.digest().hex(),
                                threads,
                                // A set tells its elements in another order in each process.
                                new TreeSet<>(Isa.ofThisMachine().flags()),
                                Runtime.getRuntime().availableProcessors(),
                                integers,
                                Versions.espalier()));
    }

    /** Timings that a run which was stopped left behind. */
    record Left(DeviceTimings timings, Duration age) {
        /** When they were measured, in words. */
        String when() {
            long minutes = age.toMinutes();
            if (minutes < 1) {
                return "less than a minute ago";
            }
            if (minutes == 1) {
                return "a minute ago";
            }
            return minutes < MINUTES_AS_SUCH ? minutes + " minutes ago" : age.toHours() + " hours ago";
        }
    }

    /** Empty where there are none, or they are of something else, damaged, or older than a day. */
    Optional<Left> left() {
        return folder.read(NAME).flatMap(this::read);
    }

    private Optional<Left> read(byte[] bytes) {
        try {
            JsonNode root = JSON.readTree(bytes);
            Duration age =
                    Duration.between(Instant.ofEpochSecond(root.path("at").asLong()), clock.instant());
            if (!root.path("measured").asText().equals(measured) || age.isNegative() || age.compareTo(USABLE) > 0) {
                return Optional.empty();
            }
            List<String> problems = new ArrayList<>();
            Optional<DeviceTimings> timings =
                    JobReader.device(new JsonFields(root.path("timings"), "", problems), problems);
            return timings.filter(each -> problems.isEmpty()).map(each -> new Left(each, age));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void keep(DeviceTimings timings) {
        ObjectNode root = JSON.createObjectNode()
                .put("measured", measured)
                .put("at", clock.instant().getEpochSecond());
        root.set("timings", ProfileJson.tree(timings));
        try {
            folder.write(NAME, JSON.writeValueAsBytes(root));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of plain values can be written", e);
        }
    }
}
