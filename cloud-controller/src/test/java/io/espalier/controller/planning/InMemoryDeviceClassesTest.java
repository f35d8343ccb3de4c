package io.espalier.controller.planning;

class InMemoryDeviceClassesTest extends DeviceClassesContract {
    private final DeviceClasses classes = new InMemoryDeviceClasses();

    @Override
    protected DeviceClasses classes() {
        return classes;
    }
}
