package io.espalier.faults.cases;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.controller.Answer;
import io.espalier.faults.controller.Applicant;
import io.espalier.faults.controller.Caller;
import io.espalier.faults.controller.Installation;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What a session allows that is not the administrator's, or was not made by the controller. */
public final class SessionCases implements CaseSource {
    private static final Set<String> READING = Set.of("get", "head", "options");
    /** These change nothing that a session is needed for: whoever knows a password, a token or a key may use them. */
    private static final Set<String> OPEN = Set.of(
            "/api/v1/login",
            "/api/v1/logout",
            "/api/v1/enrol",
            "/api/v1/certificates/challenge",
            "/api/v1/certificates/renew");
    /** At least so many ways to change something are known to the API's description. */
    private static final int KNOWN_CHANGES = 15;

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(
                access("role escape: a viewer's session tries each kind of change", SessionCases::roleEscape),
                access("session cookie that was tampered with", SessionCases::tampered),
                access("request from another site", SessionCases::anotherSite));
    }

    private static FaultCase access(String name, FaultCase.Script script) {
        return new FaultCase("Access", name, false, script);
    }

    /** One way to change something. */
    private record Change(String method, String path, String contentType) {
        Answer tryAs(Caller caller) throws Exception {
            return caller.with("Content-Type", contentType)
                    .send(method, path, HttpRequest.BodyPublishers.ofString("{}"));
        }
    }

    /** All that the API's own description knows, on a device that exists. */
    private static List<Change> changes(Installation cloud, String device) throws Exception {
        List<Change> changes = new ArrayList<>();
        JsonNode paths =
                cloud.nobody().get("/q/openapi?format=json").require(200).json().path("paths");
        paths.fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(operation -> {
                    String method = operation.getKey();
                    if (!READING.contains(method) && !OPEN.contains(path.getKey())) {
                        JsonNode content =
                                operation.getValue().path("requestBody").path("content");
                        changes.add(new Change(
                                method.toUpperCase(Locale.ROOT),
                                path.getKey()
                                        .replace("/devices/{id}", "/devices/" + device)
                                        .replaceAll("\\{[^}]*}", "some"),
                                content.isEmpty()
                                        ? "application/json"
                                        : content.fieldNames().next()));
                    }
                }));
        if (changes.size() < KNOWN_CHANGES) {
            throw new IllegalStateException("the API's description knows only " + changes);
        }
        return changes;
    }

    private static String enrolled(Installation cloud) throws Exception {
        Applicant device = Applicant.fresh();
        device.apply(cloud, Applicant.token(cloud, Map.of())).require(200);
        return device.deviceId();
    }

    private static void roleEscape(Place place) throws Exception {
        Installation cloud = place.cloud();
        String device = enrolled(cloud);
        cloud.viewer().get("/api/v1/devices/" + device).require(200);
        for (Change each : changes(cloud, device)) {
            each.tryAs(cloud.viewer()).requireProblem(403, "forbidden");
            each.tryAs(cloud.nobody()).requireProblem(401, "login-required");
            each.tryAs(cloud.viewer().with("X-HTTP-Method-Override", "GET")).requireProblem(403, "forbidden");
        }
        requireUnchanged(cloud, device);
        cloud.requireWell();
    }

    private static void requireUnchanged(Installation cloud, String device) throws Exception {
        JsonNode view =
                cloud.operator().get("/api/v1/devices/" + device).require(200).json();
        if (!view.path("certificate").path("state").asText().equals("valid")
                || view.path("pinned").asBoolean()
                || !view.path("group").asText().equals("default")
                || !view.path("budget").isNull()) {
            throw new IllegalStateException("a change was refused, and done: " + view);
        }
    }

    private static void anotherSite(Place place) throws Exception {
        Installation cloud = place.cloud();
        String device = enrolled(cloud);
        for (String site : List.of("cross-site", "same-site")) {
            Caller browser = cloud.operator()
                    .with("Sec-Fetch-Site", site)
                    .with("Origin", "https://evil.example")
                    .with("Referer", "https://evil.example/");
            for (Change each : changes(cloud, device)) {
                each.tryAs(browser).requireProblem(403, "cross-site-request");
            }
            requireNotShared(browser.get("/api/v1/devices"));
            requireNotShared(browser.with("Access-Control-Request-Method", "POST")
                    .send("OPTIONS", "/api/v1/claim-tokens", HttpRequest.BodyPublishers.noBody()));
        }
        requireUnchanged(cloud, device);
        cloud.requireWell();
    }

    /** A page of another site may not read the answer. */
    private static void requireNotShared(Answer answer) {
        answer.headers().map().keySet().stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-allow"))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalStateException(answer.call() + " shares its answer by " + name);
                });
    }

    private static void tampered(Place place) throws Exception {
        Installation cloud = place.cloud();
        String device = enrolled(cloud);
        for (Map.Entry<String, String> each : forgeries(cloud).entrySet()) {
            Caller forger = cloud.nobody().with("Cookie", each.getValue());
            requireNoSession(forger.get("/api/v1/devices"), each.getKey());
            requireNoSession(forger.post("/api/v1/devices/" + device + "/retire", Map.of()), each.getKey());
            requireNoSession(
                    cloud.nobody()
                            .with("Authorization", "Bearer " + token(each.getValue()))
                            .get("/api/v1/devices"),
                    each.getKey());
        }
        requireUnchanged(cloud, device);
        cloud.requireWell();
    }

    private static void requireNoSession(Answer answer, String forgery) {
        if (answer.status() != 401 || !answer.problem().equals("login-required")) {
            throw new IllegalStateException("with " + forgery + ": " + answer);
        }
    }

    private static String token(String cookie) {
        return cookie.substring(cookie.indexOf('=') + 1);
    }

    /** Cookies that look like sessions, by what was done to them. */
    private static Map<String, String> forgeries(Installation cloud) {
        String viewer = cookie(cloud.viewer());
        String admin = cookie(cloud.operator());
        Map<String, String> forgeries = new LinkedHashMap<>();
        forgeries.put(
                "a viewer's claims changed to the administrator's",
                withClaims(viewer, claims -> claims.replace("viewer", "admin")));
        forgeries.put("the administrator's signature under a viewer's claims", part(viewer, 0, 1) + part(admin, 2));
        forgeries.put("no algorithm", withHeader(admin, "{\"alg\":\"none\"}"));
        forgeries.put(
                "no algorithm and no signature",
                withHeader(admin, "{\"alg\":\"none\"}").replaceFirst("[^.]*$", ""));
        forgeries.put("another algorithm", withHeader(admin, "{\"alg\":\"RS256\"}"));
        forgeries.put("no signature", admin.replaceFirst("[^.]*$", ""));
        forgeries.put("half a signature", admin.substring(0, admin.length() - 20));
        forgeries.put(
                "a later end", withClaims(admin, claims -> claims.replaceFirst("\"exp\":\\d+", "\"exp\":99999999999")));
        return forgeries;
    }

    private static String cookie(Caller caller) {
        return caller.headers().getOrDefault("Cookie", "");
    }

    /** Parts of a token, each with the dot behind it; the last has none. */
    private static String part(String cookie, int... parts) {
        String[] all = cookie.split("\\.", -1);
        StringBuilder text = new StringBuilder();
        for (int each : parts) {
            text.append(all[each]).append(each == all.length - 1 ? "" : ".");
        }
        return text.toString();
    }

    private static String withClaims(String cookie, UnaryOperator<String> change) {
        String claims = new String(Base64.getUrlDecoder().decode(cookie.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        String changed = change.apply(claims);
        if (changed.equals(claims)) {
            throw new IllegalStateException("the claims are not as expected: " + claims);
        }
        return part(cookie, 0) + encoded(changed) + "." + part(cookie, 2);
    }

    private static String withHeader(String cookie, String header) {
        return cookie.substring(0, cookie.indexOf('=') + 1) + encoded(header) + "." + part(cookie, 1, 2);
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
