package io.espalier.faults.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyModels;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.controller.Applicant;
import io.espalier.faults.controller.Installation;
import io.espalier.faults.controller.PlayedDevice;
import io.espalier.faults.controller.PlayedLink;
import io.espalier.faults.controller.Until;
import io.espalier.faults.device.Device;
import io.espalier.faults.device.Running;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.Budget;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Presence;
import io.espalier.proto.v1.ProbeTiming;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TelemetryBatch;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.VariantDescription;
import io.espalier.trust.Role;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** Agents and controllers of which one is older than the other. */
public final class MessageCases implements CaseSource {
    private static final int SMALL_CHUNK_BYTES = 32;
    private static final int NO_FIELD_YET = 1000;
    private static final int NO_VALUE_YET = 99;

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(
                new FaultCase(
                        "Messages", "old message schema: what an agent of before sends", false, MessageCases::old),
                new FaultCase(
                        "Messages", "new message schema: what a later agent may send", false, MessageCases::later),
                new FaultCase(
                        "Messages",
                        "old message schema: what a controller of before says",
                        false,
                        MessageCases::oldController),
                new FaultCase(
                        "Messages",
                        "new message schema: what a later controller may say",
                        false,
                        MessageCases::laterController));
    }

    /** The very bytes that were written once, by the device that they name. */
    private static void old(Place place) throws Exception {
        Installation cloud = place.cloud();
        Reported report = Reported.parseFrom(frozen("Reported"));
        try (PlayedDevice device = PlayedDevice.enrol(cloud, Applicant.named(report.getDeviceId()), Map.of());
                PlayedLink link = PlayedLink.connect(cloud, device)) {
            link.say(DeviceChannel.REPORTED, frozen("Reported"));
            awaitHeard(device);
            link.say(DeviceChannel.PRESENCE, frozen("Presence"));
            awaitOnline(device);
            link.say(DeviceChannel.PROFILE, frozen("DeviceProfile"));
            awaitText(cloud, device, "/profiles", "cpuModel", "a small one");
            Event event = Event.parseFrom(frozen("Event"));
            device.send(event);
            awaitText(cloud, device, "/events", "text", event.getText());
            // The sample's histogram is a stand-in; its other fields are as they were.
            TelemetryBatch batch = TelemetryBatch.parseFrom(frozen("TelemetryBatch"));
            device.send(batch.toBuilder()
                    .setVariantDigest(PlayedDevice.VARIANT.hex())
                    .setLatencyHistogram(device.window().getLatencyHistogram())
                    .build());
            Until.holds("the window is counted", () -> device.inferences() == batch.getInferences());
        }
        cloud.requireWell();
    }

    private static byte[] frozen(String message) throws IOException {
        try (InputStream in = MessageCases.class.getResourceAsStream("/frozen/" + message + ".bin")) {
            if (in == null) {
                throw new IllegalStateException("There is no frozen sample of " + message);
            }
            return in.readAllBytes();
        }
    }

    private static void awaitHeard(PlayedDevice device) throws Exception {
        Until.holds(
                "a report of " + device.id() + " is taken", () -> device.view().hasNonNull("lastSeenAt"));
    }

    private static void awaitOnline(PlayedDevice device) throws Exception {
        Until.holds(
                device.id() + " is online", () -> device.view().path("online").asBoolean());
    }

    private static void awaitText(Installation cloud, PlayedDevice device, String of, String field, String text)
            throws Exception {
        Until.holds(field + " of " + device.id() + " is " + text, () -> {
            JsonNode shown = cloud.operator()
                    .get("/api/v1/devices/" + device.id() + of)
                    .require(200)
                    .json();
            return shown.findValuesAsText(field).contains(text);
        });
    }

    private static void later(Place place) throws Exception {
        Installation cloud = place.cloud();
        try (PlayedDevice device = PlayedDevice.enrol(cloud);
                PlayedLink link = PlayedLink.connect(cloud, device)) {
            String id = device.id().value();
            link.say(
                    DeviceChannel.REPORTED,
                    extended(Reported.newBuilder()
                            .setDeviceId(id)
                            .setEpoch(device.epoch())
                            .setSequence(1)
                            .setAgentVersion("9.9.9")
                            .setPhaseValue(NO_VALUE_YET)
                            .setTrial(TrialReport.newBuilder()
                                    .setDeploymentId("d-1")
                                    .setOutcomeValue(NO_VALUE_YET)
                                    .setUnknownFields(later()))));
            awaitHeard(device);
            link.say(
                    DeviceChannel.PRESENCE,
                    extended(Presence.newBuilder()
                            .setDeviceId(id)
                            .setSessionId("s")
                            .setOnline(true)));
            awaitOnline(device);
            link.say(
                    DeviceChannel.PROFILE,
                    extended(DeviceProfile.newBuilder()
                            .setDeviceId(id)
                            .setEpoch(device.epoch())
                            .setSequence(1)
                            .setSuiteDigest(PlayedDevice.VARIANT.hex())
                            .addTimings(ProbeTiming.newBuilder()
                                    .setProbe("probe-of-tomorrow")
                                    .setMedianMicros(1)
                                    .setUnknownFields(later()))));
            awaitText(cloud, device, "/profiles", "probe", "probe-of-tomorrow");
            device.send(Event.parseFrom(
                    extended(device.event("of a kind that is to come").setKindValue(NO_VALUE_YET))));
            awaitText(cloud, device, "/events", "text", "of a kind that is to come");
            device.send(TelemetryBatch.parseFrom(extended(device.window())));
            Until.holds("the window is counted", () -> device.inferences() == 1);
        }
        cloud.requireWell();
    }

    /** Files as they are, without golden samples, and an assignment that names neither the variant nor terms. */
    private static void oldController(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            Device device = running.device();
            byte[] onnx = ToyModels.columnSums(Running.NEXT);
            ToyArtifact plain = ToyArtifact.of(
                    Manifest.newBuilder()
                            .setKind(ArtifactKind.ARTIFACT_KIND_VARIANT)
                            .setVariant(VariantDescription.newBuilder()
                                    .setVariantDigest(Sha256.of(onnx).hex())
                                    .setInput(ToyModels.contract())),
                    Map.of("model.onnx", onnx),
                    SMALL_CHUNK_BYTES);
            device.cloud().publish(plain);
            device.desire(
                    plain,
                    Desired.newBuilder(),
                    terms -> terms.clearVariantDigest().clearTrialSamples());
            device.requireAsDesired(running.agent(), plain, Running.NEXT);
            device.requireCleanEnd(running.agent());
        }
    }

    /** Root, release, manifest and assignment each say something that this agent knows nothing of. */
    private static void laterController(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            Device device = running.device();
            device.cloud().sayAlso(later());
            device.cloud().rotate(Role.RELEASE);
            ToyArtifact model = Device.model(Running.NEXT).sayingAlso(later());
            device.cloud().publish(model);
            device.desire(
                    model,
                    Desired.newBuilder().setUnknownFields(later()),
                    terms -> terms.setUnknownFields(later())
                            .setBudget(Budget.newBuilder().setUnknownFields(later())));
            device.requireAsDesired(running.agent(), model, Running.NEXT);
            device.requireCleanEnd(running.agent());
        }
    }

    private static byte[] extended(Message.Builder message) {
        return message.setUnknownFields(later()).build().toByteArray();
    }

    private static UnknownFieldSet later() {
        return UnknownFieldSet.newBuilder()
                .addField(
                        NO_FIELD_YET,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("what this is, time will tell"))
                                .build())
                .addField(
                        NO_FIELD_YET + 1,
                        UnknownFieldSet.Field.newBuilder().addVarint(-1).build())
                .build();
    }
}
