package io.espalier.agent;

/** Another process has the port of the inference API. It may end, or it may be the setting that is wrong. */
final class PortTakenException extends BadSettingException {
    PortTakenException(String message) {
        super(message);
    }
}
