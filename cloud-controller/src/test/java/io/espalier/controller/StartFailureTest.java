package io.espalier.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.net.BindException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StartFailureTest {
    @Test
    void namesAPortThatIsTakenAndOffersAFreeOne() {
        StartFailure failure = failure(new RuntimeException("start", new BindException("in use")));
        assertThat(failure.message())
                .contains("cannot listen on port 8787: another process has it")
                .containsPattern("such as --port [1-9][0-9]+");
    }

    @Test
    void saysWhatToDoWithoutADatabase() {
        StartFailure failure = failure(new ConfigurationException("no url", Set.of("quarkus.datasource.jdbc.url")));
        assertThat(failure.message())
                .contains("quarkus.datasource.jdbc.url is missing")
                .contains("Start ./espalier stack first")
                .contains("jdbc:postgresql://HOST:PORT/DATABASE");
    }

    @Test
    void repeatsWhatAFeatureSaysOfItsSetting() {
        StartFailure failure = failure(
                new IllegalStateException("bean", new ConfigurationException("espalier.mqtt.url=x is no address")));
        assertThat(failure.message()).endsWith("espalier.mqtt.url=x is no address");
    }

    @Test
    void repeatsAValueThatCannotBeConverted() {
        StartFailure failure =
                failure(new RuntimeException(new ConfigValidationException(new ConfigValidationException.Problem[] {
                    new ConfigValidationException.Problem(
                            "SRCFG00039: The config property quarkus.http.port with the config value \"abc\" threw an Exception"
                                    + " whilst being converted SRCFG00029: Expected an integer value, got \"abc\"")
                })));
        assertThat(failure.message()).endsWith("\n  quarkus.http.port=abc: Expected an integer value, got \"abc\"");
    }

    @Test
    void knowsNothingOfABug() {
        assertThat(StartFailure.of(new NullPointerException(), key -> Optional.empty()))
                .isNull();
    }

    private static StartFailure failure(Throwable cause) {
        return Objects.requireNonNull(StartFailure.of(cause, key -> Optional.empty()));
    }
}
