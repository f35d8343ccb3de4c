package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.database.StorableText;
import io.espalier.controller.deployment.DeviceEvent;
import io.espalier.controller.deployment.History;
import io.espalier.controller.device.CertificateBook;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.live.DeviceTouched;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.telemetry.Authorship;
import io.espalier.controller.telemetry.DeviceOccurrence;
import io.espalier.controller.telemetry.MalformedTelemetryException;
import io.espalier.controller.telemetry.TelemetryWindow;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Stores what was read and the offset behind it in one transaction, so that each record counts once whatever is
 * killed when. A record that cannot be read, or that the database will not take, is put aside and never in the way.
 */
@Singleton
final class RecordIntake {
    private static final Logger LOG = Logger.getLogger(RecordIntake.class);
    private static final int MOST_UNREADABLE = 1000;
    private static final int LONGEST_KEPT_BYTES = 64 * 1024;

    private final Jdbi jdbi;
    private final History history;
    private final LiveEvents live;
    private final Clock clock;
    private final Counter counted;
    private final Counter repeated;
    private final Counter unreadable;
    private final Map<Authorship, Counter> untrusted = new EnumMap<>(Authorship.class);
    private final CertificateBook certificates;
    private final DeviceRegistry registry;
    private final SeldomTold told = new SeldomTold();

    RecordIntake(
            Jdbi jdbi,
            History history,
            LiveEvents live,
            Clock clock,
            MeterRegistry meters,
            CertificateBook certificates,
            DeviceRegistry registry) {
        this.certificates = certificates;
        this.registry = registry;
        for (Authorship each : Authorship.values()) {
            if (each != Authorship.GENUINE) {
                untrusted.put(each, counter(meters, each.label()));
            }
        }
        this.jdbi = jdbi;
        this.history = history;
        this.live = live;
        this.clock = clock;
        this.counted = counter(meters, "counted");
        this.repeated = counter(meters, "repeated");
        this.unreadable = counter(meters, "unreadable");
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("espalier.telemetry.records")
                .description("Records read from Kafka")
                .tag("result", result)
                .register(meters);
    }

    /** Stores a batch; throws where the database is away, and then nothing of it is stored. */
    void store(List<ConsumerRecord<byte[], byte[]>> records) {
        try {
            jdbi.useTransaction(handle -> storeIn(handle, records, Set.of()));
        } catch (RuntimeException e) {
            if (!refusesData(e)) {
                throw e;
            }
            records.forEach(this::storeAlone);
        }
    }

    private void storeAlone(ConsumerRecord<byte[], byte[]> record) {
        try {
            jdbi.useTransaction(handle -> storeIn(handle, List.of(record), Set.of()));
        } catch (RuntimeException e) {
            if (!refusesData(e)) {
                throw e;
            }
            LOG.warnf("What a record of %s holds cannot be kept: %s", record.topic(), StorableText.line(e.toString()));
            jdbi.useTransaction(handle -> storeIn(handle, List.of(record), Set.of(record.offset())));
        }
    }

    /** Where to read on; zero where nothing was read yet. */
    long nextOffset(TopicPartition partition) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select next_offset from telemetry_offset" + " where topic = :topic and partition = :partition")
                .bind("topic", partition.topic())
                .bind("partition", partition.partition())
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
    }

    private void storeIn(Handle handle, List<ConsumerRecord<byte[], byte[]>> records, Set<Long> putAside) {
        Instant now = clock.instant();
        KnownDevices known = KnownDevices.among(named(records), certificates, registry);
        List<TelemetryWindow> windows = new ArrayList<>();
        Set<DeviceId> touched = new HashSet<>();
        Map<TopicPartition, Long> next = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            next.merge(new TopicPartition(record.topic(), record.partition()), record.offset() + 1, Math::max);
            try {
                if (putAside.contains(record.offset())) {
                    throw new MalformedTelemetryException("something that cannot be kept");
                }
                read(record, now, known, windows, touched);
            } catch (MalformedTelemetryException e) {
                unreadable.increment();
                String reason = StorableText.line(String.valueOf(e.getMessage()));
                tell(record, reason);
                putAside(handle, record, reason, now);
            } catch (UntrustedRecordException e) {
                Objects.requireNonNull(untrusted.get(e.authorship()), "only genuine records pass")
                        .increment();
                String reason = e.authorship().content() + " (" + e.device() + ")";
                if (told.isDue(e.device(), now)) {
                    tell(record, reason);
                }
                putAside(handle, record, reason, now);
            }
        }
        int again = new WindowBook(handle, now).add(windows);
        next.forEach((partition, offset) -> remember(handle, partition, offset));
        handle.afterCommit(() -> {
            counted.increment(windows.size() - again);
            repeated.increment(again);
            touched.forEach(device -> live.publish(new DeviceTouched(device.value())));
        });
    }

    private void read(
            ConsumerRecord<byte[], byte[]> record,
            Instant now,
            KnownDevices known,
            List<TelemetryWindow> windows,
            Set<DeviceId> touched) {
        String key = key(record);
        byte[] value = record.value() == null ? new byte[0] : record.value();
        if (record.topic().equals(KafkaTopics.TELEMETRY)) {
            TelemetryWindow window = RecordDecoder.window(key, value, now);
            requireGenuine(record, known, window.device(), window.epoch(), window.sequence());
            windows.add(window);
            touched.add(window.device());
        } else {
            DeviceOccurrence occurrence = RecordDecoder.occurrence(key, value, now);
            requireGenuine(record, known, occurrence.device(), occurrence.epoch(), occurrence.sequence());
            history.heard(
                    occurrence.device(),
                    occurrence.epoch(),
                    occurrence.sequence(),
                    new DeviceEvent(occurrence.at(), occurrence.kind(), occurrence.text(), occurrence.attributes()));
            touched.add(occurrence.device());
        }
    }

    private static void requireGenuine(
            ConsumerRecord<byte[], byte[]> record, KnownDevices known, DeviceId device, long epoch, long sequence) {
        Header signature = record.headers().lastHeader(KafkaTopics.HEADER_SIGNATURE);
        Authorship authorship = Authorship.of(
                known.isEnrolled(device),
                known.certificateOf(device),
                record.topic().equals(KafkaTopics.TELEMETRY) ? KafkaTopics.TYPE_TELEMETRY : KafkaTopics.TYPE_EVENT,
                KafkaTopics.eventId(device, epoch, sequence),
                record.value(),
                signature == null ? null : signature.value());
        if (authorship != Authorship.GENUINE) {
            throw new UntrustedRecordException(device, authorship);
        }
    }

    /** Whom the records are said to be of. */
    private static Set<DeviceId> named(List<ConsumerRecord<byte[], byte[]>> records) {
        Set<DeviceId> named = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String key = key(record);
            if (key != null && DeviceId.isLegal(key)) {
                named.add(new DeviceId(key));
            }
        }
        return named;
    }

    private static @Nullable String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    }

    private static void tell(ConsumerRecord<byte[], byte[]> record, String reason) {
        LOG.warnf(
                "The record at offset %d of %s, partition %d, holds %s; it is put aside",
                record.offset(), record.topic(), record.partition(), reason);
    }

    private static void remember(Handle handle, TopicPartition partition, long offset) {
        handle.createUpdate("insert into telemetry_offset (topic, partition, next_offset) values"
                        + " (:topic, :partition, :offset) on conflict (topic, partition) do update set next_offset ="
                        + " excluded.next_offset")
                .bind("topic", partition.topic())
                .bind("partition", partition.partition())
                .bind("offset", offset)
                .execute();
    }

    private void putAside(Handle handle, ConsumerRecord<byte[], byte[]> record, String reason, Instant now) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        handle.createUpdate("insert into telemetry_unreadable (topic, partition, record_offset, reason, payload,"
                        + " received_at) values (:topic, :partition, :offset, :reason, :payload, :now)"
                        + " on conflict do nothing")
                .bind("topic", record.topic())
                .bind("partition", record.partition())
                .bind("offset", record.offset())
                .bind("reason", reason)
                .bind("payload", java.util.Arrays.copyOf(value, Math.min(value.length, LONGEST_KEPT_BYTES)))
                .bind("now", now)
                .execute();
        handle.execute("delete from telemetry_unreadable where ctid in (select ctid from telemetry_unreadable"
                + " order by received_at desc offset " + MOST_UNREADABLE + ")");
    }

    /** Whether the data itself is to blame (SQLSTATE classes 22 and 23, or sums that overflow), and not the way to the database. */
    private static boolean refusesData(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MalformedTelemetryException) {
                return true;
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState().startsWith("22") || sql.getSQLState().startsWith("23");
            }
        }
        return false;
    }
}
