package io.espalier.faults.cases;

import com.google.protobuf.ByteString;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.controller.Applicant;
import io.espalier.faults.controller.Installation;
import io.espalier.faults.controller.PlayedDevice;
import io.espalier.faults.controller.PlayedDevice.Sent;
import io.espalier.faults.controller.PlayedLink;
import io.espalier.faults.controller.Until;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.ProbeTiming;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TelemetryBatch;
import io.espalier.proto.v1.TrialReport;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.TelemetrySignature;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * What a certified device may send to the real controller. What is bad is put aside and told, and nobody's good telemetry is
 * missing afterwards.
 */
public final class TelemetryCases implements CaseSource {
    private static final int TEN_MEGABYTES = 10 << 20;
    private static final int LONGEST_SHOWN = 2000;
    private static final Duration YEARS = Duration.ofDays(3650);
    private static final double[] NO_NUMBERS = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    private static final long SEED = 5;
    /** Where a histogram says by what its values are to be multiplied, and how long it is at most. */
    private static final int OUTER_HEADER_BYTES = 8;

    private static final int RATIO_OFFSET = 32;
    private static final int MOST_INFLATED_BYTES = 1 << 20;

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(
                hostile("telemetry with NaN and infinities", TelemetryCases::noNumbers),
                hostile("telemetry from the future", TelemetryCases::future),
                hostile("telemetry of 10 MB", TelemetryCases::endless),
                hostile("telemetry whose counts overflow", TelemetryCases::overflow),
                hostile("telemetry under the key of another device", TelemetryCases::anothersKey),
                hostile("telemetry with a forged signature", TelemetryCases::forged),
                hostile("telemetry of bytes that are no message", TelemetryCases::noMessage));
    }

    /** Does harm. */
    @FunctionalInterface
    private interface Harm {
        void by(PlayedDevice device, PlayedDevice other, Installation cloud) throws Exception;
    }

    private static FaultCase hostile(String name, Harm harm) {
        return new FaultCase("Hostile telemetry", name, false, place -> {
            Installation cloud = place.cloud();
            try (PlayedDevice device = PlayedDevice.enrol(cloud);
                    PlayedDevice other = PlayedDevice.enrol(cloud)) {
                device.requireCounted();
                harm.by(device, other, cloud);
                device.requireCounted();
                other.requireCounted();
            }
            cloud.requireWell();
        });
    }

    private static double unreadable(Installation cloud) throws Exception {
        return cloud.counter("espalier_telemetry_records_total", "unreadable");
    }

    /** Each was put aside for this, and counted. */
    private static void requireUnreadable(Installation cloud, double before, List<Sent> sent, String reason)
            throws Exception {
        for (Sent each : sent) {
            cloud.awaitTold(each.putAside() + reason);
        }
        if (unreadable(cloud) < before + sent.size()) {
            throw new IllegalStateException("the counter of unreadable records went from " + before + " to "
                    + unreadable(cloud) + " for " + sent.size());
        }
    }

    private static void noNumbers(PlayedDevice device, PlayedDevice other, Installation cloud) throws Exception {
        double before = unreadable(cloud);
        List<Sent> sent = new ArrayList<>();
        try (PlayedLink link = PlayedLink.connect(cloud, device)) {
            for (double each : NO_NUMBERS) {
                TelemetryBatch.Builder window = device.window();
                sent.add(device.send(window.setLatencyHistogram(ByteString.copyFrom(
                                scaled(window.getLatencyHistogram().toByteArray(), each)))
                        .build()));
                requireUnreadable(device, cloud, link, each);
            }
        }
        requireUnreadable(cloud, before, sent, "a histogram");
    }

    /** The same over MQTT, where most of what is measured travels. */
    private static void requireUnreadable(PlayedDevice device, Installation cloud, PlayedLink link, double number)
            throws Exception {
        Reported.Builder report = Reported.newBuilder()
                .setDeviceId(device.id().value())
                .setEpoch(device.epoch())
                .setSequence(1);
        link.say(DeviceChannel.REPORTED, report.setProgress(number).build().toByteArray());
        cloud.awaitTold(device.id() + "/reported cannot be read: its progress is " + number);
        link.say(
                DeviceChannel.REPORTED,
                report.clearProgress()
                        .setTrial(TrialReport.newBuilder()
                                .setDeploymentId("d")
                                .setOutcome(TrialReport.Outcome.OUTCOME_ACCEPTED)
                                .setP95Micros(number))
                        .build()
                        .toByteArray());
        cloud.awaitTold(device.id() + "/reported cannot be read: its trial's p95 is " + number);
        link.say(
                DeviceChannel.PROFILE,
                DeviceProfile.newBuilder()
                        .setDeviceId(device.id().value())
                        .setEpoch(device.epoch())
                        .setSequence(1)
                        .setSuiteDigest(PlayedDevice.VARIANT.hex())
                        .addTimings(ProbeTiming.newBuilder().setProbe("gemm").setMedianMicros(number))
                        .build()
                        .toByteArray());
        cloud.awaitTold(device.id() + "/profile cannot be read: its median of probe gemm is " + number);
    }

    /** The histogram with another factor of its values. */
    private static byte[] scaled(byte[] histogram, double ratio) throws DataFormatException {
        Inflater inflater = new Inflater();
        inflater.setInput(histogram, OUTER_HEADER_BYTES, histogram.length - OUTER_HEADER_BYTES);
        byte[] inner = new byte[MOST_INFLATED_BYTES];
        int innerBytes = inflater.inflate(inner);
        inflater.end();
        ByteBuffer.wrap(inner).putDouble(RATIO_OFFSET, ratio);
        Deflater deflater = new Deflater();
        deflater.setInput(inner, 0, innerBytes);
        deflater.finish();
        byte[] packed = new byte[MOST_INFLATED_BYTES];
        int packedBytes = deflater.deflate(packed);
        deflater.end();
        return ByteBuffer.allocate(OUTER_HEADER_BYTES + packedBytes)
                .put(histogram, 0, Integer.BYTES)
                .putInt(packedBytes)
                .put(packed, 0, packedBytes)
                .array();
    }

    private static void future(PlayedDevice device, PlayedDevice other, Installation cloud) throws Exception {
        double before = unreadable(cloud);
        long later = System.currentTimeMillis() + YEARS.toMillis();
        requireUnreadable(
                cloud,
                before,
                List.of(
                        device.send(device.window()
                                .setFromMillis(later)
                                .setToMillis(later)
                                .build()),
                        device.send(device.window().setToMillis(Long.MAX_VALUE).build()),
                        device.send(device.event("later").setAtMillis(later).build()),
                        device.send(device.event("never")
                                .setAtMillis(Long.MAX_VALUE)
                                .build())),
                "a time that cannot be right");
    }

    private static void endless(PlayedDevice device, PlayedDevice other, Installation cloud) throws Exception {
        double before = unreadable(cloud);
        byte[] noise = new byte[TEN_MEGABYTES];
        new Random(SEED).nextBytes(noise);
        requireTooLarge(device, noise);
        String word = "a".repeat(TEN_MEGABYTES);
        List<Sent> sent = List.of(
                device.send(device.window().setDeviceId(word).build()),
                device.send(device.window().setVariantDigest(word).build()),
                device.send(device.window()
                        .setLatencyHistogram(ByteString.copyFromUtf8(word))
                        .build()),
                device.send(device.event("").setDeviceId(word).build()),
                device.send(KafkaTopics.TELEMETRY, bytes(word), bytes("short"), new byte[0]));
        requireUnreadable(cloud, before, sent, "");
        // An emoji is two characters of Java's: where a text is cut, one must not be halved.
        device.send(device.event("a" + "\uD83D\uDE00".repeat(TEN_MEGABYTES / 4)).build());
        device.send(device.event("after it").build());
        List<String> texts = new ArrayList<>();
        Until.holds("events of " + device.id() + " are shown", () -> {
            texts.clear();
            cloud.operator()
                    .get("/api/v1/devices/" + device.id() + "/events")
                    .require(200)
                    .json()
                    .forEach(each -> texts.add(each.path("text").asText()));
            return texts.contains("after it");
        });
        if (texts.stream().anyMatch(each -> each.length() > LONGEST_SHOWN)
                || texts.stream().noneMatch(each -> each.startsWith("a\uD83D\uDE00"))) {
            throw new IllegalStateException("the text of 10 MB is not shown as its beginning");
        }
    }

    private static void requireTooLarge(PlayedDevice device, byte[] noise) throws Exception {
        try {
            device.send(KafkaTopics.TELEMETRY, bytes(device.id().value()), noise, new byte[0]);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RecordTooLargeException) {
                return; // As it should be.
            }
            throw e;
        }
        throw new IllegalStateException("Kafka takes a record of " + noise.length + " bytes");
    }

    private static void overflow(PlayedDevice device, PlayedDevice other, Installation cloud) throws Exception {
        double before = unreadable(cloud);
        Histogram once = new Histogram(1, 1_000_000_000, 3);
        once.recordValueWithCount(1000, 1L << 62);
        // Four times as many, which is 0 in a long.
        Histogram nothing = new Histogram(1, 1_000_000_000, 3);
        for (int value = 1000; value <= 4000; value += 1000) {
            nothing.recordValueWithCount(value, 1L << 62);
        }
        List<Sent> sent = new ArrayList<>();
        for (Histogram each : List.of(once, once, nothing, nothing)) {
            sent.add(device.send(device.window()
                    .setLatencyHistogram(ByteString.copyFrom(PlayedDevice.encoded(each)))
                    .build()));
        }
        sent.add(device.send(device.window().setInferences(Long.MAX_VALUE).build()));
        sent.add(device.send(device.window().setInferences(-1).build()));
        requireUnreadable(cloud, before, sent, "a count that cannot be right");
    }

    private static void anothersKey(PlayedDevice device, PlayedDevice other, Installation cloud) throws Exception {
        double before = unreadable(cloud);
        TelemetryBatch own = device.window().build();
        TelemetryBatch stolen = device.window().setDeviceId(other.id().value()).build();
        requireUnreadable(
                cloud,
                before,
                List.of(
                        device.send(
                                KafkaTopics.TELEMETRY,
                                bytes(other.id().value()),
                                own.toByteArray(),
                                signature(device, device.id(), own)),
                        device.send(
                                KafkaTopics.TELEMETRY,
                                bytes(device.id().value()),
                                stolen.toByteArray(),
                                signature(device, other.id(), stolen))),
                "a record of device ");
    }

    private static byte[] signature(PlayedDevice by, DeviceId of, TelemetryBatch batch) {
        return PlayedDevice.sign(by.identity().key(), of, batch);
    }

    private static void forged(PlayedDevice device, PlayedDevice other, Installation cloud) throws Exception {
        TelemetryBatch inAnothersName =
                device.window().setDeviceId(other.id().value()).build();
        byte[] name = bytes(other.id().value());
        requireUntrusted(
                cloud,
                device.send(
                        KafkaTopics.TELEMETRY,
                        name,
                        inAnothersName.toByteArray(),
                        signature(device, other.id(), inAnothersName)),
                "wrongly-signed",
                "a signature that its device did not make (" + other.id());
        TelemetryBatch own = device.window().build();
        byte[] good = signature(device, device.id(), own);
        for (byte[] each : List.of(
                PlayedDevice.sign(CertificateRequest.drawKey(new SecureRandom()).getPrivate(), device.id(), own),
                TelemetrySignature.sign(
                        device.identity().key(),
                        KafkaTopics.TYPE_EVENT,
                        KafkaTopics.eventId(device.id(), own.getEpoch(), own.getSequence()),
                        own.toByteArray()),
                signature(device, device.id(), own.toBuilder().setInferences(2).build()),
                signature(device, device.id(), own.toBuilder().setSequence(999).build()),
                Arrays.copyOf(good, good.length - 1),
                bytes("nonsense"))) {
            requireSetAside(cloud, "wrongly-signed", device, own, each);
        }
        requireSetAside(cloud, "unsigned", device, own, new byte[0]);
        DeviceId nobody = new DeviceId(Applicant.fresh().deviceId());
        TelemetryBatch ofNobody = device.window().setDeviceId(nobody.value()).build();
        requireUntrusted(
                cloud,
                device.send(
                        KafkaTopics.TELEMETRY,
                        bytes(nobody.value()),
                        ofNobody.toByteArray(),
                        signature(device, nobody, ofNobody)),
                "unknown-device",
                "what a device says that never enrolled (" + nobody);
    }

    private static void requireUntrusted(Installation cloud, Sent sent, String label, String reason) throws Exception {
        cloud.awaitTold(sent.putAside() + reason);
        if (cloud.counter("espalier_telemetry_records_total", label) < 1) {
            throw new IllegalStateException("no record is counted as " + label);
        }
    }

    /** Said seldom, but counted each time. */
    private static void requireSetAside(
            Installation cloud, String label, PlayedDevice device, TelemetryBatch batch, byte[] signature)
            throws Exception {
        double before = cloud.counter("espalier_telemetry_records_total", label);
        device.send(KafkaTopics.TELEMETRY, bytes(device.id().value()), batch.toByteArray(), signature);
        Until.holds(
                "a record is counted as " + label,
                () -> cloud.counter("espalier_telemetry_records_total", label) > before);
    }

    private static void noMessage(PlayedDevice device, PlayedDevice other, Installation cloud) throws Exception {
        double before = unreadable(cloud);
        byte[] noise = new byte[1000];
        new Random(SEED).nextBytes(noise);
        byte[] name = bytes(device.id().value());
        byte[] whole = device.window().build().toByteArray();
        List<Sent> sent = new ArrayList<>();
        for (String topic : List.of(KafkaTopics.TELEMETRY, KafkaTopics.EVENTS)) {
            for (byte[] each : List.of(
                    noise,
                    new byte[0],
                    new byte[1000],
                    Arrays.copyOf(whole, whole.length - 1),
                    bytes("{\"deviceId\":\"" + device.id() + "\"}"))) {
                sent.add(device.send(topic, name, each, new byte[0]));
            }
        }
        sent.add(device.send(KafkaTopics.TELEMETRY, noise, noise, noise));
        requireUnreadable(cloud, before, sent, "");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
