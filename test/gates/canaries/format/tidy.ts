export const tidy = 'quotes';
