package io.espalier.controller.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnrolmentRuleTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final ClaimSecret SECRET = new ClaimSecret("esp_secret");
    private static final DeviceId CAMERA = new DeviceId("camera-1");

    @Test
    void enrolsWithAFreshToken() {
        EnrolmentOutcome outcome = EnrolmentRule.decide(token(null, false, null), null, request("n1"), NOW);

        assertThat(outcome)
                .isEqualTo(new EnrolmentOutcome.Enrolled(
                        new Device(CAMERA, new GroupName("line-3"), new Labels(Map.of("site", "a")), "1.0", NOW, null),
                        false));
    }

    @Test
    void answersTheSameAgentAgain() {
        Device camera = device();
        ClaimToken used = token(null, false, new ClaimToken.Use(CAMERA, hash("n1"), NOW));

        assertThat(EnrolmentRule.decide(used, camera, request("n1"), NOW))
                .isEqualTo(new EnrolmentOutcome.Enrolled(camera, true));
    }

    @Test
    void answersTheSameAgentEvenAfterTheTokenExpired() {
        ClaimToken used = token(null, false, new ClaimToken.Use(CAMERA, hash("n1"), NOW));

        assertThat(EnrolmentRule.decide(used, device(), request("n1"), NOW.plus(Duration.ofDays(9))))
                .isInstanceOf(EnrolmentOutcome.Enrolled.class);
    }

    @Test
    void refusesAUsedTokenFromAnotherAgent() {
        ClaimToken used = token(null, false, new ClaimToken.Use(CAMERA, hash("n1"), NOW));

        assertThat(EnrolmentRule.decide(used, device(), request("n2"), NOW))
                .isInstanceOf(EnrolmentOutcome.UsedToken.class);
    }

    @Test
    void refusesAUsedTokenWithoutANonce() {
        ClaimToken used = token(null, false, new ClaimToken.Use(CAMERA, null, NOW));

        assertThat(EnrolmentRule.decide(used, device(), request(null), NOW))
                .isInstanceOf(EnrolmentOutcome.UsedToken.class);
    }

    @Test
    void refusesATokenThatExpired() {
        assertThat(EnrolmentRule.decide(token(null, false, null), null, request("n1"), NOW.plus(Duration.ofHours(1))))
                .isInstanceOf(EnrolmentOutcome.ExpiredToken.class);
    }

    @Test
    void doesNotTellAForeignTokenFromAnUnknownOne() {
        assertThat(EnrolmentRule.decide(token(new DeviceId("other"), false, null), null, request("n1"), NOW))
                .isInstanceOf(EnrolmentOutcome.UnknownToken.class);
        assertThat(EnrolmentRule.decide(null, null, request("n1"), NOW))
                .isInstanceOf(EnrolmentOutcome.UnknownToken.class);
    }

    @Test
    void refusesASecondDeviceOfTheSameName() {
        assertThat(EnrolmentRule.decide(token(null, false, null), device(), request("n1"), NOW))
                .isEqualTo(new EnrolmentOutcome.DuplicateDevice(false));
    }

    @Test
    void letsANewMachineReplaceADevice() {
        ClaimToken token = new ClaimToken(
                SECRET.hash(), CAMERA, null, Labels.NONE, true, NOW, NOW.plus(Duration.ofHours(1)), null);
        Device old = new Device(CAMERA, new GroupName("kept"), new Labels(Map.of("k", "v")), "0.9", NOW, NOW);

        assertThat(EnrolmentRule.decide(token, old, request("n1"), NOW))
                .isEqualTo(new EnrolmentOutcome.Enrolled(
                        new Device(CAMERA, new GroupName("kept"), new Labels(Map.of("k", "v")), "1.0", NOW, null),
                        false));
    }

    private static Device device() {
        return new Device(CAMERA, GroupName.DEFAULT, Labels.NONE, "1.0", NOW, null);
    }

    private static ClaimToken token(@Nullable DeviceId device, boolean replaces, ClaimToken.@Nullable Use use) {
        return new ClaimToken(
                SECRET.hash(),
                device,
                new GroupName("line-3"),
                new Labels(Map.of("site", "a")),
                replaces,
                NOW,
                NOW.plus(Duration.ofHours(1)),
                use);
    }

    private static EnrolmentRequest request(@Nullable String nonce) {
        return new EnrolmentRequest(SECRET, CAMERA, nonce == null ? null : hash(nonce), "1.0");
    }

    private static Sha256 hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
