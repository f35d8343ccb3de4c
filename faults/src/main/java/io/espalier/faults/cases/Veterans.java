package io.espalier.faults.cases;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.faults.Place;
import io.espalier.faults.device.AgentJvm;
import io.espalier.faults.device.Device;
import io.espalier.faults.device.Running;
import io.espalier.faults.disk.FaultPlan;
import io.espalier.proto.v1.Desired;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Devices that have lived their first life, from enrolment to their first model, and maybe more, and are free for another one. */
final class Veterans {
    private final ConcurrentLinkedQueue<Veteran> free = new ConcurrentLinkedQueue<>();
    private final Past past;

    Veterans() {
        this(device -> {});
    }

    /** {@code past} is what they live through after their first life. */
    Veterans(Past past) {
        this.past = past;
    }

    /** What a device lives through. */
    @FunctionalInterface
    interface Past {
        void live(Device device) throws Exception;
    }

    /** A device and its state at the end of what it has lived through. */
    record Veteran(Device device, Path saved) {}

    /** As it was at the end of its past, and with new telemetry books; makes one where none is free. */
    Veteran take(Place place) throws Exception {
        Veteran idle = free.poll();
        Veteran veteran = idle == null ? make(place) : idle;
        veteran.device().restore(veteran.saved());
        veteran.device().openBooks();
        return veteran;
    }

    private Veteran make(Place place) throws Exception {
        Veteran veteran = make(place, new ArrayList<>());
        past.live(veteran.device());
        veteran.device().save(veteran.saved());
        return veteran;
    }

    void giveBack(Veteran veteran) {
        free.add(veteran);
    }

    /** Lives a first life; adds what it did on its disk to {@code operations}. */
    static Veteran make(Place place, List<String> operations) throws Exception {
        Device device = place.freshDevice();
        begin(device);
        try (AgentJvm agent = device.start(FaultPlan.RECORDING)) {
            device.requireAsDesired(agent, Device.model(Running.FIRST), Running.FIRST);
            device.cloud().awaitProfile(each -> true);
            operations.addAll(agent.operations());
            device.requireCleanEnd(agent);
        }
        Path saved = place.newFolder("saved");
        device.save(saved);
        return new Veteran(device, saved);
    }

    /** What a device is told in its first life. */
    static void begin(Device device) throws Exception {
        ToyArtifact suite = Device.suite();
        device.cloud().publish(suite);
        device.cloud().publish(Device.model(Running.FIRST));
        device.desireUnpublished(
                Device.model(Running.FIRST),
                Desired.newBuilder().addMeasure(suite.digest().hex()));
    }
}
