package io.espalier.controller.live;

/** Something of a device's view changed that no other part needs to act upon. */
public record DeviceTouched(String id) implements Change {
    @Override
    public Stream stream() {
        return Stream.DEVICE;
    }
}
